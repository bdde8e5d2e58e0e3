import { useEffect, useId, useRef } from 'react';
import type { ReactNode } from 'react';

type Props = {
  /** What the button shows. */
  text: ReactNode;
  /** Its name for screen readers. */
  label: string;
  children: ReactNode;
};

/** What is seldom used, behind one button. Escape and a press elsewhere close it; a choice closes it too. */
export function Menu({ text, label, children }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const shown = box.current;
    const close = (): void => shown?.hidePopover();
    // Keys that press a control in it come here as clicks, too.
    shown?.addEventListener('click', close);
    return () => shown?.removeEventListener('click', close);
  }, []);
  return (
    <>
      <button type="button" className="button button-quiet" aria-label={label} popoverTarget={id}>
        {text} <span aria-hidden="true">▾</span>
      </button>
      <div ref={box} id={id} popover="auto" className="menu" role="group" aria-label={label}>
        {children}
      </div>
    </>
  );
}
