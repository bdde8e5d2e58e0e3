import type { MeetingReport } from '../../api/pastMeetings';
import { useWords } from '../../i18n/useWords';
import { timeText } from '../../ui/clock';
import { Grid } from './Grid';
import type { Names } from './names';
import { maybeTime } from './times';

/** 点名记录 of each roll call. */
export function RollCalls({ report, names }: { report: MeetingReport; names: Names }) {
  const { t } = useWords();
  if (report.roll_calls.length === 0) return <p>{t('afterMeeting.noRollCall')}</p>;
  const known = (value: boolean | null | undefined): string => {
    if (value == null) return '—';
    return value ? `✓ ${t('afterMeeting.good')}` : `✕ ${t('afterMeeting.missing')}`;
  };
  return report.roll_calls.map((record) => (
    <div key={record.started_at_ms}>
      <h4>{t('afterMeeting.rollCallFrom', { from: timeText(record.started_at_ms), to: maybeTime(record.finished_at_ms) })}</h4>
      <Grid
        columns={['number', 'site', 'answer', 'delay', 'picture', 'sound', 'conclusion']}
        rows={record.rows.map((row, index) => ({
          key: row.site,
          cells: [
            index + 1,
            names.site(row.site),
            t(row.answer_ms == null ? 'afterMeeting.notAnswered' : 'afterMeeting.answered'),
            row.answer_ms == null ? '—' : `${(row.answer_ms / 1000).toFixed(1)} s`,
            known(row.picture),
            known(row.sound),
            `${row.score == null ? t('rollCall.noScore') : t(`rollCall.${row.score}`)}${row.by_hand ? t('rollCall.byHand') : ''}`,
          ],
        }))}
      />
    </div>
  ));
}
