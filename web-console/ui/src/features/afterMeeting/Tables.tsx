import type { MeetingReport } from '../../api/pastMeetings';
import { useWords } from '../../i18n/useWords';
import { spanText, timeText } from '../../ui/clock';
import { Grid } from './Grid';
import type { Names } from './names';
import { maybeSpan, maybeTime, momentText } from './times';

type Props = { report: MeetingReport; names: Names };

export function AdviceList({ report }: { report: MeetingReport }) {
  const { t, language } = useWords();
  if (report.advice.length === 0) return <p>✓ {t('afterMeeting.adviceNone')}</p>;
  return (
    <ol className="after-advice">
      {report.advice.map((text) => (
        <li key={text.en}>{language === 'en' ? text.en : text.zh}</li>
      ))}
    </ol>
  );
}

export function FaultTable({ report, names }: Props) {
  const { t } = useWords();
  return (
    <Grid
      columns={['site', 'fault', 'from', 'to', 'lasted', 'response', 'after']}
      rows={report.faults.map((row) => ({
        key: `${row.site} ${row.fault} ${row.from_ms}`,
        cells: [
          names.site(row.site),
          t(`afterMeeting.fault.${row.fault}`),
          timeText(row.from_ms),
          row.to_ms == null ? t('afterMeeting.toTheEnd') : timeText(row.to_ms),
          spanText((row.to_ms ?? report.figures.until_ms) - row.from_ms),
          row.response == null ? '—' : `${names.text(row.response.text)} (${row.response.author})`,
          row.response == null ? '' : t('afterMeeting.seconds', { seconds: row.response.after_s }),
        ],
      }))}
    />
  );
}

export function PlanTable({ report }: Props) {
  const { t } = useWords();
  return (
    <Grid
      columns={['time', 'plan', 'outcome', 'who', 'rolledBack']}
      rows={report.plans.map((row) => ({
        key: `${row.at_ms} ${row.title}`,
        cells: [
          timeText(row.at_ms),
          row.title,
          t(`afterMeeting.outcome.${row.outcome}`),
          row.author ?? t('afterMeeting.byTrigger'),
          maybeTime(row.rolled_back_ms),
        ],
      }))}
    />
  );
}

export function RunSheetTable({ report }: Props) {
  const { t } = useWords();
  const difference = (plannedMs: number | null | undefined, actualMs: number | null | undefined): string => {
    if (plannedMs == null || actualMs == null) return '';
    const ms = actualMs - plannedMs;
    return t(ms < 0 ? 'afterMeeting.early' : 'afterMeeting.late', { span: spanText(Math.abs(ms)) });
  };
  return (
    <Grid
      columns={['number', 'step', 'plannedAt', 'actualAt', 'difference']}
      rows={report.run_sheet.map((row, index) => ({
        key: String(index),
        cells: [row.number, row.title, maybeTime(row.planned_at_ms), maybeTime(row.actual_at_ms), difference(row.planned_at_ms, row.actual_at_ms)],
      }))}
    />
  );
}

export function SpeechTable({ report, names }: Props) {
  return (
    <Grid
      columns={['site', 'from', 'to', 'lasted', 'plannedLength']}
      rows={report.speeches.map((row) => ({
        key: `${row.site} ${row.span.from_ms}`,
        cells: [
          names.site(row.site),
          timeText(row.span.from_ms),
          timeText(row.span.to_ms),
          spanText(row.span.to_ms - row.span.from_ms),
          row.planned_s == null ? '—' : maybeSpan(row.planned_s * 1000),
        ],
      }))}
    />
  );
}

export function OutputTable({ report }: Props) {
  const { t } = useWords();
  return (
    <Grid
      columns={['kind', 'from', 'to', 'lasted']}
      rows={report.outputs.map((row) => ({
        key: `${row.live} ${row.span.from_ms}`,
        cells: [
          t(row.live ? 'afterMeeting.output.live' : row.paused ? 'afterMeeting.output.paused' : 'afterMeeting.output.record'),
          timeText(row.span.from_ms),
          timeText(row.span.to_ms),
          spanText(row.span.to_ms - row.span.from_ms),
        ],
      }))}
    />
  );
}

export function GapTable({ report, names }: Props) {
  return (
    <Grid
      columns={['from', 'to', 'what']}
      rows={report.gaps.map((row, index) => ({
        key: String(index),
        cells: [timeText(row.span.from_ms), timeText(row.span.to_ms), names.text(row.text)],
      }))}
    />
  );
}

export function MinutesDraft({ report, names }: Props) {
  const { t } = useWords();
  const { minutes, figures } = report;
  const list = (items: string[]): string => (items.length === 0 ? t('afterMeeting.nobody') : items.join(t('afterMeeting.comma')));
  const rows = {
    time: `${momentText(figures.began_ms)} – ${timeText(figures.until_ms)}`,
    place: names.text(minutes.place),
    host: names.text(minutes.host),
    present: list(minutes.present.map((site) => names.site(site))),
    absent: list(minutes.absent.map((site) => names.site(site))),
    agenda: list(minutes.agenda),
  } as const;
  const keys = ['time', 'place', 'host', 'present', 'absent', 'agenda'] as const;
  return (
    <dl className="after-minutes">
      {keys.map((key) => (
        <div key={key}>
          <dt>{t(`afterMeeting.minutesOf.${key}`)}</dt>
          <dd>{rows[key]}</dd>
        </div>
      ))}
    </dl>
  );
}
