import { useWords } from '../../i18n/useWords';
import { REPEATS } from './draft';
import type { Draft } from './draft';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const NTH = [1, 2, 3, 4, -1] as const;

type Props = { draft: Draft; onChange: (more: Partial<Draft>) => void };

/** How a meeting comes again. */
export function RecurrenceFields({ draft, onChange }: Props) {
  const { t } = useWords();
  const toggle = (day: number): void => onChange({ weekdays: draft.weekdays.includes(day) ? draft.weekdays.filter((one) => one !== day) : [...draft.weekdays, day].toSorted() });
  const weekdayName = (day: number): string => t(`meetings.weekday.${WEEKDAYS.find((one) => one === day) ?? 1}`);
  return (
    <fieldset className="tool-row">
      <legend>{t('meetings.repeat')}</legend>
      <label className="tool-field">
        {t('meetings.repeatHow')}
        <select value={draft.repeat} onChange={(event) => onChange({ repeat: REPEATS.find((one) => one === event.target.value) ?? 'once' })}>
          {REPEATS.map((one) => (
            <option key={one} value={one}>
              {t(`meetings.every.${one}`)}
            </option>
          ))}
        </select>
      </label>
      {draft.repeat === 'week' &&
        WEEKDAYS.map((day) => (
          <label key={day} className="check">
            <input type="checkbox" checked={draft.weekdays.includes(day)} onChange={() => toggle(day)} />
            {weekdayName(day)}
          </label>
        ))}
      {draft.repeat === 'month_day' && (
        <label className="tool-field">
          {t('meetings.monthDay')}
          <input type="number" min={1} max={31} value={draft.monthDay} onChange={(event) => onChange({ monthDay: event.target.valueAsNumber || 1 })} />
        </label>
      )}
      {draft.repeat === 'month_weekday' && (
        <>
          <label className="tool-field">
            {t('meetings.nth')}
            <select value={draft.nth} onChange={(event) => onChange({ nth: Number(event.target.value) })}>
              {NTH.map((one) => (
                <option key={one} value={one}>
                  {one === -1 ? t('meetings.nthLast') : t('meetings.nthIs', { nth: one })}
                </option>
              ))}
            </select>
          </label>
          <label className="tool-field">
            {t('meetings.weekdayField')}
            <select value={draft.weekday} onChange={(event) => onChange({ weekday: Number(event.target.value) })}>
              {WEEKDAYS.map((day) => (
                <option key={day} value={day}>
                  {weekdayName(day)}
                </option>
              ))}
            </select>
          </label>
        </>
      )}
      {draft.repeat !== 'once' && (
        <>
          <label className="tool-field">
            {t('meetings.ends')}
            <select value={draft.ends} onChange={(event) => onChange({ ends: event.target.value === 'until' ? 'until' : 'count' })}>
              <option value="count">{t('meetings.endsCount')}</option>
              <option value="until">{t('meetings.endsUntil')}</option>
            </select>
          </label>
          {draft.ends === 'count' ? (
            <label className="tool-field">
              {t('meetings.count')}
              <input type="number" min={1} max={400} value={draft.count} onChange={(event) => onChange({ count: event.target.valueAsNumber || 1 })} />
            </label>
          ) : (
            <label className="tool-field">
              {t('meetings.until')}
              <input type="date" value={draft.until} onChange={(event) => onChange({ until: event.target.value })} />
            </label>
          )}
        </>
      )}
      {draft.repeat === 'month_day' && draft.monthDay > 28 && <p className="hint-line">{t('meetings.shortMonth')}</p>}
    </fieldset>
  );
}
