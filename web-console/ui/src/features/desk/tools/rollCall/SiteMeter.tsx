import { useEffect, useRef } from 'react';

import { meterShare } from '../../../../live/meters';
import { useDesk } from '../../DeskContext';

/** Answers above this count as voice (mcu/conference/src/rules/roll_call.rs). */
const GATE_DB = -45;

/** A site's sound as a bar drawn without React; the line is what counts as an answer. For readers the level is said in words beside it. */
export function SiteMeter({ index }: { index: number }) {
  const { meters } = useDesk().conference;
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let frame = 0;
    const draw = (): void => {
      frame = requestAnimationFrame(draw);
      const level = meters.at(index, performance.now());
      const db = level?.rmsDb ?? -60;
      if (bar.current === null) return;
      bar.current.style.transform = `scaleX(${meterShare(db)})`;
      bar.current.classList.toggle('is-voice', db >= GATE_DB);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [meters, index]);
  return (
    <div className="site-meter" aria-hidden="true">
      <div ref={bar} className="site-meter-bar" />
      <div className="site-meter-gate" style={{ left: `${meterShare(GATE_DB) * 100}%` }} />
    </div>
  );
}
