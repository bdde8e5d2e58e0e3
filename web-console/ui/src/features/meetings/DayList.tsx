import type { Me } from '../../api/console';
import type { BookingList, Occurrence } from '../../api/meetings';
import { useWords } from '../../i18n/useWords';
import { OccurrenceRow } from './OccurrenceRow';
import type { Acts } from './OccurrenceRow';
import { dayOf, weekdayOf } from './time';

type Props = { day: string; isToday: boolean; list: BookingList; me: Me; acts?: Acts };

const LIVE = new Set(['opening', 'running']);

/** The occurrences of one day by time; what still runs from an earlier day belongs to today. */
function occurrencesOf(list: BookingList, day: string, isToday: boolean) {
  const all = list.bookings.flatMap((booking) => booking.occurrences.map((occurrence) => ({ booking, occurrence })));
  const isOn = ({ starts_at_ms: at, state }: Occurrence): boolean => {
    const began = dayOf(at, list.time_zone);
    return began === day || (isToday && began < day && LIVE.has(state.state));
  };
  return all.filter(({ occurrence }) => isOn(occurrence)).toSorted((a, b) => a.occurrence.starts_at_ms - b.occurrence.starts_at_ms);
}

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export function DayList({ day, isToday, list, me, acts }: Props) {
  const { t } = useWords();
  const rows = occurrencesOf(list, day, isToday);
  const weekday = t(`meetings.weekday.${WEEKDAYS.find((one) => one === weekdayOf(day)) ?? 1}`);
  return (
    <section className={isToday ? 'meeting-day is-today' : 'meeting-day'} aria-labelledby={`day-${day}`}>
      <h2 id={`day-${day}`}>
        {isToday && `${t('meetings.today')} · `}
        <span className="number">{day}</span> {weekday}
      </h2>
      {rows.length === 0 ? (
        <p className="hint-line">{t('meetings.none')}</p>
      ) : (
        <ul className="meeting-list">
          {rows.map(({ booking, occurrence }) => (
            <OccurrenceRow key={occurrence.conference} booking={booking} occurrence={occurrence} sites={list.sites} zone={list.time_zone} me={me} {...(acts === undefined ? {} : { acts })} />
          ))}
        </ul>
      )}
    </section>
  );
}
