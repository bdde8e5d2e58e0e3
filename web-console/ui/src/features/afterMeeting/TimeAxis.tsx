import { useMemo, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';

import type { MeetingReport } from '../../api/pastMeetings';
import { useWords } from '../../i18n/useWords';
import { clockText, spanText, timeText } from '../../ui/clock';
import { lanesOf, place, step, ticks } from './axis';
import type { Mark } from './axis';
import type { Names } from './names';

/** Shown in front of what stands for more than colour says. */
const SIGN: Record<Mark['look'], string> = { program: '■', rules: '', speech: '◆', present: '', outage: '✕', unknown: '?', fault: '▲' };

function Scale({ beginMs, endMs }: { beginMs: number; endMs: number }) {
  return (
    <div className="axis-row" aria-hidden="true">
      <span className="axis-title" />
      <div className="axis-track axis-scale">
        {ticks(beginMs, endMs).map((at) => (
          <span key={at} className="axis-tick number" style={{ left: `${place(at, at, beginMs, endMs).left}%` }}>
            {clockText(at)}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Program, speeches, presence and faults over the time of the meeting. */
export function TimeAxis({ report, names }: { report: MeetingReport; names: Names }) {
  const { t } = useWords();
  const { began_ms: beginMs, until_ms: endMs } = report.figures;
  const lanes = useMemo(
    () =>
      lanesOf(
        report,
        names,
        { program: t('afterMeeting.lane.program'), speech: t('afterMeeting.lane.speech'), fault: (fault) => t(`afterMeeting.fault.${fault}`) },
        (key, site) => t(`afterMeeting.axis.${key}`, { site }),
      ),
    [report, names, t],
  );
  const [at, setAt] = useState({ lane: 0, mark: 0 });
  const marks = useRef(new Map<string, HTMLButtonElement>());
  const chosen = lanes[at.lane]?.marks[at.mark];
  const [isRead, setIsRead] = useState(false);

  const onKeyDown = (event: KeyboardEvent): void => {
    const next = step(lanes, at, event.key);
    if (next === null) return;
    event.preventDefault();
    setAt(next);
    marks.current.get(`${next.lane} ${next.mark}`)?.focus();
  };
  const remember = (key: string, button: HTMLButtonElement | null): void => {
    if (button === null) marks.current.delete(key);
    else marks.current.set(key, button);
  };
  const read = (mark: Mark): string => `${mark.label} ${timeText(mark.fromMs)} – ${timeText(mark.toMs)} (${spanText(mark.toMs - mark.fromMs)})`;

  return (
    <div className="axis">
      <p className="axis-hint">{t('afterMeeting.axis.hint')}</p>
      <Scale beginMs={beginMs} endMs={endMs} />
      <div role="group" aria-label={t('afterMeeting.part.axis')}>
        {lanes.map((lane, laneIndex) => (
          <div key={lane.key} className="axis-row" role="group" aria-label={lane.title}>
            <span className="axis-title">{lane.title}</span>
            <div className="axis-track">
              {lane.marks.map((mark, markIndex) => (
                <button
                  key={mark.key}
                  type="button"
                  ref={(button) => remember(`${laneIndex} ${markIndex}`, button)}
                  className={`axis-mark axis-${mark.look}`}
                  style={{ left: `${mark.left}%`, width: `${mark.width}%` }}
                  tabIndex={laneIndex === at.lane && markIndex === at.mark ? 0 : -1}
                  aria-label={read(mark)}
                  title={read(mark)}
                  onKeyDown={onKeyDown}
                  onFocus={() => {
                    setAt({ lane: laneIndex, mark: markIndex });
                    setIsRead(true);
                  }}
                >
                  <span aria-hidden="true">
                    {SIGN[mark.look]} {mark.width > 6 && mark.look !== 'present' ? mark.label : ''}
                  </span>
                </button>
              ))}
            </div>
          </div>
        ))}
      </div>
      <output className="axis-read">{isRead && chosen !== undefined ? read(chosen) : t('afterMeeting.axis.nothing')}</output>
    </div>
  );
}
