import { useState } from 'react';

import { unlock } from '../../api/console';
import type { Me } from '../../api/console';
import { problemFrom } from '../../api/http';
import type { Problem } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { Button } from '../../ui/Button';
import { Dialog } from '../../ui/Dialog';
import { useDesk, useLive } from './DeskContext';
import { commandWords, eventWords, siteNames } from './words';

/** Why the MCU gives nothing, and why the latest command was refused. */
export function Notices() {
  const words = useWords();
  const { t, problemText } = words;
  const { conference } = useDesk();
  const problem = useLive((state) => state.problem);
  const refusal = useLive((state) => state.refusal);
  const held = useLive((state) => state.held);
  const snapshot = useLive((state) => state.snapshot);
  return (
    <div className="notices" role="alert">
      {problem !== null && <p className="notice notice-bad">{problemText(problem)}</p>}
      {refusal !== null && (
        <p className="notice">
          <span>
            {t('log.refused')} {commandWords(t, refusal.command, siteNames(snapshot, words))}: {problemText(refusal.problem)}
          </span>
          <Button look="quiet" onPress={conference.dismissRefusal}>
            {t('common.close')}
          </Button>
        </p>
      )}
      {held !== null && (
        <p className="notice">
          <span>
            {t('delayed.notDone', { what: commandWords(t, held.command, siteNames(snapshot, words)) })} {t(`delayed.${held.why}`)}
          </span>
          <Button look="quiet" onPress={conference.dismissHeld}>
            {t('common.close')}
          </Button>
        </p>
      )}
    </div>
  );
}

/** Asks once before a dangerous command, in words that name the conference; before another person's act is taken back, it says whose. */
export function ConfirmDialog() {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const asked = useLive((state) => state.confirmation);
  const snapshot = useLive((state) => state.snapshot);
  if (asked === null) return null;
  const names = siteNames(snapshot, words);
  const { cmd } = asked.command;
  const taken = cmd === 'undo' ? snapshot?.undo : cmd === 'redo' ? snapshot?.redo : null;
  const what = taken == null ? commandWords(t, asked.command, names) : eventWords(t, taken.event, names);
  const author = taken?.author ?? '';
  const others = cmd === 'redo' ? t('undo.redoOthers', { what, author }) : t('undo.others', { what, author });
  const othersTitle = cmd === 'redo' ? t('undo.redoTitle') : t('undo.title');
  const othersYes = cmd === 'redo' ? t('undo.redoYes') : t('undo.yes');
  return (
    <Dialog title={taken == null ? t('confirm.title') : othersTitle} onCancel={() => conference.confirm(false)}>
      <p>{taken == null ? t('confirm.text', { what, conference: snapshot?.title ?? '' }) : others}</p>
      <div className="dialog-actions">
        <Button onPress={() => conference.confirm(false)}>{t('common.cancel')}</Button>
        <Button look="danger" onPress={() => conference.confirm(true)}>
          {taken == null ? t('confirm.yes', { what }) : othersYes}
        </Button>
      </div>
    </Dialog>
  );
}

/** After a long pause the desk goes on showing; acting needs the password. */
export function LockBar({ onUnlocked }: { onUnlocked: (me: Me) => void }) {
  const { t, problemText } = useWords();
  const [password, setPassword] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const submit = async (): Promise<void> => {
    try {
      onUnlocked(await unlock(password));
    } catch (error) {
      setProblem(problemFrom(error));
    } finally {
      setPassword('');
    }
  };
  return (
    <form
      className="notice lock-bar"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label>
        {t('lock.text')}
        <input type="password" autoComplete="current-password" value={password} onChange={(event) => setPassword(event.target.value)} />
      </label>
      <button type="submit" className="button button-primary">
        {t('lock.unlock')}
      </button>
      {problem !== null && <span role="alert">{problemText(problem)}</span>}
    </form>
  );
}
