import { useWords } from '../../i18n/useWords';
import { isUnconfirmed } from '../../live/state';
import type { LogLine, Pending } from '../../live/state';
import { Button } from '../../ui/Button';
import { timeText } from '../../ui/clock';
import { useNow } from '../../ui/useNow';
import { useDesk, useLive } from './DeskContext';
import { UndoButtons } from './UndoButtons';
import { changeWords, commandWords, isRoutine, siteNames } from './words';
import type { SiteNames } from './words';

function PendingLine({ pending, names }: { pending: Pending; names: SiteNames }) {
  const { t } = useWords();
  const { conference } = useDesk();
  const now = useNow(250);
  const isLate = isUnconfirmed(pending, now);
  return (
    <li className={isLate ? 'line line-late' : 'line is-pending'}>
      <span className="line-text">{commandWords(t, pending.command, names)}</span>
      <span className="line-state">{isLate ? t('pending.unconfirmed') : t('pending.waiting')}</span>
      {isLate && (
        <Button look="quiet" onPress={() => conference.retry(pending)}>
          {t('pending.retry')}
        </Button>
      )}
    </li>
  );
}

function Line({ line, names }: { line: LogLine; names: SiteNames }) {
  const { t, problemText } = useWords();
  if (line.kind === 'refused') {
    return (
      <li className="line line-refused">
        <time className="number">{timeText(line.atMs)}</time>
        <span className="line-text">{commandWords(t, line.command, names)}</span>
        <span className="line-state">
          ✕ {t('log.refused')} {problemText(line.problem)}
        </span>
      </li>
    );
  }
  if (line.kind === 'held') {
    return (
      <li className="line line-refused">
        <time className="number">{timeText(line.atMs)}</time>
        <span className="line-text">{commandWords(t, line.command, names)}</span>
        <span className="line-state">↶ {t(`delayed.${line.why}`)}</span>
      </li>
    );
  }
  const { envelope } = line;
  return (
    <li className="line">
      <time className="number">{timeText(envelope.at_ms)}</time>
      <span className="line-author">{envelope.origin === 'rule' ? t('log.rule') : envelope.author}</span>
      <span className="line-text">{changeWords(t, line.events, names)}</span>
      {line.confirmMs !== null && <span className="line-state line-good">✓ {t('log.confirmed', { ms: line.confirmMs })}</span>}
    </li>
  );
}

/** What happened, by whom, and how long it took; what is still unconfirmed stands on top. */
export function EventStrip() {
  const words = useWords();
  const { t } = words;
  const pending = useLive((state) => state.pending);
  const log = useLive((state) => state.log);
  const snapshot = useLive((state) => state.snapshot);
  const names = siteNames(snapshot, words);
  const told = log.filter((line) => line.kind !== 'event' || line.envelope.origin !== 'rule' || !line.events.every(isRoutine));
  return (
    <section className="panel events" aria-label={t('log.title')}>
      <div className="lines" role="log" aria-label={t('log.title')} tabIndex={0}>
        <ol>
          {pending.map((one) => (
            <PendingLine key={one.idemKey} pending={one} names={names} />
          ))}
          {told.map((line) => (
            <Line key={line.key} line={line} names={names} />
          ))}
          {log.length === 0 && pending.length === 0 && <li className="line">{t('log.empty')}</li>}
        </ol>
      </div>
      <UndoButtons />
    </section>
  );
}
