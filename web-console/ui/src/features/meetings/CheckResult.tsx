import type { BookableSite, Clash } from '../../api/meetings';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { dayClockOf } from './time';
import type { Checked } from './useCheck';

/** Clashes shown; the rest is counted. */
const SHOWN = 5;

type Props = { checked: Checked; sites: readonly BookableSite[]; zone: string; onMove: (atMs: number) => void };

/** Who holds what and until when, and the nearest time that is free. */
export function CheckResult({ checked, sites, zone, onMove }: Props) {
  const { t, nameOf, problemText } = useWords();
  const { answer, problem, isCurrent } = checked;
  const siteName = (id: string): string => {
    const site = sites.find((one) => one.site === id);
    return site === undefined ? id : nameOf(site);
  };
  const what = ({ over }: Clash): string => {
    switch (over.over) {
      case 'site':
        return siteName(over.site);
      case 'terminal':
        return t('meetings.terminalOf', { site: siteName(over.site), terminal: over.terminal });
      case 'seats':
        return t('meetings.seats', { wanted: over.wanted, left: over.left });
      case 'conferences':
        return t('meetings.conferences', { limit: over.limit });
    }
  };
  return (
    <div className="meeting-check" role="status">
      {problem !== null && <p className="bad-line">✕ {problemText(problem)}</p>}
      {answer === null && problem === null && <p className="hint-line">{t('meetings.checking')}</p>}
      {answer !== null && answer.clashes.length === 0 && (
        <p className={isCurrent ? 'good-line' : 'is-pending'}>✓ {t(answer.occurrences === 1 ? 'meetings.freeOnce' : 'meetings.free', { count: answer.occurrences, last: dayClockOf(answer.last_at_ms, zone) })}</p>
      )}
      {answer !== null && answer.clashes.length > 0 && (
        <>
          <ul>
            {answer.clashes.slice(0, SHOWN).map((clash) => (
              <li key={JSON.stringify(clash)} className="bad-line">
                ✕ {dayClockOf(clash.starts_at_ms, zone)} {t('meetings.isHeld', { what: what(clash), title: clash.held_by.title, author: clash.held_by.author, until: dayClockOf(clash.held_by.until_ms, zone) })}
              </li>
            ))}
          </ul>
          {answer.clashes.length > SHOWN && <p className="bad-line">{t('meetings.moreClashes', { count: answer.clashes.length - SHOWN })}</p>}
          {answer.free_at_ms != null && (
            <Button onPress={() => onMove(answer.free_at_ms ?? 0)}>{t('meetings.moveToFree', { at: dayClockOf(answer.free_at_ms, zone) })}</Button>
          )}
        </>
      )}
    </div>
  );
}
