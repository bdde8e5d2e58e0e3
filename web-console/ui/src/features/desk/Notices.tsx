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
    </div>
  );
}

/** Asks once before a dangerous command, in words that name the conference. */
export function ConfirmDialog() {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const asked = useLive((state) => state.confirmation);
  const snapshot = useLive((state) => state.snapshot);
  if (asked === null) return null;
  const what = commandWords(t, asked.command, siteNames(snapshot, words));
  return (
    <Dialog title={t('confirm.title')} onCancel={() => conference.confirm(false)}>
      <p>{t('confirm.text', { what, conference: snapshot?.title ?? '' })}</p>
      <div className="dialog-actions">
        <Button onPress={() => conference.confirm(false)}>{t('common.cancel')}</Button>
        <Button look="danger" onPress={() => conference.confirm(true)}>
          {t('confirm.yes', { what })}
        </Button>
      </div>
    </Dialog>
  );
}

/** Another person's act is taken back only after a second look. */
export function UndoDialog({ onClose }: { onClose: () => void }) {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const snapshot = useLive((state) => state.snapshot);
  const undo = snapshot?.undo ?? null;
  if (undo === null) return null;
  const what = eventWords(t, undo.event, siteNames(snapshot, words));
  return (
    <Dialog title={t('undo.title')} onCancel={onClose}>
      <p>{t('undo.others', { what, author: undo.author })}</p>
      <div className="dialog-actions">
        <Button onPress={onClose}>{t('common.cancel')}</Button>
        <Button
          look="danger"
          onPress={() => {
            conference.send({ cmd: 'undo', args: { rev: undo.rev } });
            onClose();
          }}
        >
          {t('undo.yes')}
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
