import type { Me } from '../../api/console';
import type { BookingList } from '../../api/meetings';
import { useWords } from '../../i18n/useWords';
import { OccurrenceRow } from './OccurrenceRow';
import type { Acts } from './OccurrenceRow';
import { dayOf, weekdayOf } from './time';

type Props = { day: string; isToday: boolean; list: BookingList; me: Me; acts?: Acts };

/** The occurrences of one day by time. */
export function occurrencesOf(list: BookingList, day: string) {
  const all = list.bookings.flatMap((booking) => booking.occurrences.map((occurrence) => ({ booking, occurrence })));
  return all.filter(({ occurrence }) => dayOf(occurrence.starts_at_ms, list.time_zone) === day).toSorted((a, b) => a.occurrence.starts_at_ms - b.occurrence.starts_at_ms);
}

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export function DayList({ day, isToday, list, me, acts }: Props) {
  const { t } = useWords();
  const rows = occurrencesOf(list, day);
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
