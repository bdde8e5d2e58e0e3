import { useWords } from '../../i18n/useWords';
import { textIn } from './RoomsContext';
import type { Ask } from './useAsk';

/** What became of the latest ask, in words: proof, not hope. */
export function AskOutcome({ asked }: { asked: Ask }) {
  const { t, language } = useWords();
  const { outcome, command } = asked;
  const text = (): { words: string; isBad: boolean } => {
    if (outcome.state === 'idle' || outcome.state === 'done') return { words: '', isBad: false };
    if (outcome.state === 'sending') return { words: t('pending.waiting'), isBad: false };
    if (outcome.state === 'refused') return { words: outcome.text, isBad: true };
    switch (command?.state) {
      case 'confirmed':
        return { words: `✓ ${t('log.confirmed', { ms: command.after_ms })}`, isBad: false };
      case 'unproved':
        return { words: t('command.unproved'), isBad: false };
      case 'rejected':
      case 'timed_out':
        return { words: textIn(language, command.reason), isBad: true };
      case 'superseded':
        return { words: t('command.superseded'), isBad: false };
      case 'queued':
      case 'sent':
      case 'acked':
        return { words: t(`command.${command.state}`), isBad: false };
      default:
        return { words: t('pending.waiting'), isBad: false };
    }
  };
  const { words, isBad } = text();
  return (
    <span className={`outcome ${isBad ? 'fact-bad' : ''}`} role={isBad ? 'alert' : 'status'}>
      {words}
    </span>
  );
}
