import type { MeetingReport } from '../../api/pastMeetings';
import { useWords } from '../../i18n/useWords';
import { timeText } from '../../ui/clock';
import { Grid } from './Grid';
import { maybeTime, shareText } from './times';

/** Below this a share is pointed out. */
const GOOD_PERMILLE = 990;

function Share({ permille }: { permille: number | null | undefined }) {
  const isBad = permille != null && permille < GOOD_PERMILLE;
  return <span className={isBad ? 'number after-bad' : 'number'}>{`${isBad ? '▲ ' : ''}${shareText(permille)}`}</span>;
}

/** 参会情况 */
export function AttendanceTable({ report }: { report: MeetingReport }) {
  const { t, language } = useWords();
  return (
    <Grid
      columns={['number', 'site', 'joined', 'left', 'minutes', 'lost', 'availability', 'worst']}
      rows={report.attendance.map((row, index) => ({
        key: row.site,
        cells: [
          index + 1,
          language === 'en' ? row.name.en : row.name.zh,
          row.joined_at_ms == null ? <span className="after-bad">✕ {t('afterMeeting.never')}</span> : timeText(row.joined_at_ms),
          maybeTime(row.left_at_ms),
          (row.present_s / 60).toFixed(1),
          row.outages.length,
          <Share key="share" permille={row.availability_permille} />,
          `${shareText(row.worst_loss_permille)} / ${row.worst_rtt_ms == null ? '—' : `${row.worst_rtt_ms} ms`}`,
        ],
      }))}
    />
  );
}
