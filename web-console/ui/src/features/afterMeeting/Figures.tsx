import type { MeetingReport } from '../../api/pastMeetings';
import { useWords } from '../../i18n/useWords';
import { clockText, spanText, timeText } from '../../ui/clock';
import type { Names } from './names';
import { momentText, shareText } from './times';

const planned = (atMs: number | null | undefined): string => (atMs == null ? '—' : clockText(atMs));

/** The head: what one wants to know first. */
export function Figures({ report, names }: { report: MeetingReport; names: Names }) {
  const { t } = useWords();
  const { figures, meeting } = report;
  const outage = figures.longest_outage;
  const rows = {
    planned: `${planned(figures.planned_begin_ms)} – ${planned(figures.planned_end_ms)}`,
    began: momentText(figures.began_ms),
    ended: meeting.state === 'ended' ? momentText(figures.until_ms) : t(`afterMeeting.state.${meeting.state}`),
    length: spanText(figures.until_ms - figures.began_ms),
    sites: t('afterMeeting.sitesOf', { attended: figures.attended, invited: figures.invited }),
    availability: shareText(figures.availability_permille),
    longestOutage:
      outage == null
        ? t('afterMeeting.none')
        : `${names.site(outage.site)} ${timeText(outage.span.from_ms)} (${spanText(outage.span.to_ms - outage.span.from_ms)})`,
    faults: String(figures.faults),
    acts: String(figures.acts),
  } as const;
  const keys = ['planned', 'began', 'ended', 'length', 'sites', 'availability', 'longestOutage', 'faults', 'acts'] as const;
  return (
    <dl className="after-figures">
      {keys.map((key) => (
        <div key={key}>
          <dt>{t(`afterMeeting.figure.${key}`)}</dt>
          <dd className="number">{rows[key]}</dd>
        </div>
      ))}
    </dl>
  );
}
