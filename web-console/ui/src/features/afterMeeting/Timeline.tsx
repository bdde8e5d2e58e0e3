import { useState } from 'react';

import type { MeetingReport, TimelineLane } from '../../api/pastMeetings';
import { useWords } from '../../i18n/useWords';
import { timeText } from '../../ui/clock';
import { Grid } from './Grid';
import type { Names } from './names';
import { maybeSpan } from './times';

const LANES: TimelineLane[] = [
  'meeting',
  'program',
  'speech',
  'content',
  'polling',
  'roll_call',
  'plan',
  'run_sheet',
  'output',
  'site',
  'fault',
  'desk',
  'chronicle',
];

/** Everything that happened, as a table. */
export function Timeline({ report, names }: { report: MeetingReport; names: Names }) {
  const { t } = useWords();
  const [lane, setLane] = useState<TimelineLane | null>(null);
  const lines = report.timeline.filter((line) => lane === null || line.lane === lane);
  return (
    <>
      <div className="after-filter">
        <label>
          {t('afterMeeting.filter')}{' '}
          <select value={lane ?? ''} onChange={(event) => setLane(LANES.find((one) => one === event.target.value) ?? null)}>
            <option value="">{t('afterMeeting.all')}</option>
            {LANES.map((one) => (
              <option key={one} value={one}>
                {t(`afterMeeting.lane.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <span role="status">{t('afterMeeting.lines', { total: lines.length })}</span>
      </div>
      <Grid
        columns={['time', 'kind', 'what', 'who', 'lasted', 'plannedLength']}
        rows={lines.map((line, index) => ({
          key: `${index}`,
          cells: [
            timeText(line.at_ms),
            t(`afterMeeting.lane.${line.lane}`),
            names.text(line.text),
            line.author ?? t('log.rule'),
            maybeSpan(line.lasted_ms),
            line.planned_s == null ? '' : maybeSpan(line.planned_s * 1000),
          ],
        }))}
      />
    </>
  );
}
