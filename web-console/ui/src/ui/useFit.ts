import { useLayoutEffect, useRef, useState } from 'react';
import type { RefObject } from 'react';

export type Box = { width: number; height: number };

/** The largest box of that ratio inside another, in whole pixels. */
export function fit(outer: Box, ratio: number): Box {
  const width = Math.floor(Math.min(outer.width, outer.height * ratio));
  return { width, height: Math.floor(width / ratio) };
}

/** Keeps the size of an element and of the largest box of that ratio inside it. */
export function useFit(ratio: number): { outer: RefObject<HTMLDivElement | null>; inner: Box } {
  const outer = useRef<HTMLDivElement>(null);
  const [inner, setInner] = useState<Box>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const element = outer.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const next = fit({ width: element.clientWidth, height: element.clientHeight }, ratio);
      setInner((before) => (before.width === next.width && before.height === next.height ? before : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ratio]);
  return { outer, inner };
}
