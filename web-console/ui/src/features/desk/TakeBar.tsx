import { useWords } from '../../i18n/useWords';
import { touchedMonitor } from '../../live/state';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from './DeskContext';
import { useReasons } from './useReasons';
import { eventWords, siteNames } from './words';

/** What goes on air: cut, end of broadcast, undo, everybody's microphones. */
export function TakeBar({ onUndo }: { onUndo: () => void }) {
  const words = useWords();
  const { t } = words;
  const { conference } = useDesk();
  const reasons = useReasons();
  const snapshot = useLive((state) => state.snapshot);
  const pending = useLive((state) => state.pending);
  const isPending = (...commands: string[]): boolean => pending.some((one) => commands.includes(one.command.cmd));
  const hasPreview = snapshot?.preview !== null && snapshot?.preview !== undefined;
  const isForced = snapshot?.forced !== null && snapshot?.forced !== undefined;
  const isTaking = pending.some((one) => touchedMonitor(one.command) === 'program');
  const undo = snapshot?.undo ?? null;
  const undoText = undo === null ? '' : t('undo.what', { what: eventWords(t, undo.event, siteNames(snapshot, words)), author: undo.author });
  return (
    <div className="bar take-bar" role="toolbar" aria-label={t('take.title')}>
      <Button
        look="air"
        keyCap="Ctrl+↵"
        pending={isTaking}
        reason={reasons('take') ?? (hasPreview ? null : t('reason.noPreview'))}
        onPress={() => conference.send({ cmd: 'take', args: { transition: 'cut' } })}
      >
        {t('action.cut')}
      </Button>
      <Button
        reason={reasons('cancel_broadcast') ?? (isForced ? null : t('reason.notForced'))}
        pending={isPending('cancel_broadcast')}
        onPress={() => conference.send({ cmd: 'cancel_broadcast', args: {} })}
      >
        {t('action.cancelBroadcast')}
      </Button>
      <Button
        reason={reasons('mute_all')}
        pending={isPending('mute_all')}
        label={t('action.muteAllLong')}
        onPress={() => conference.send({ cmd: 'mute_all', args: {} })}
      >
        {t('action.muteAll')}
      </Button>
      <Button
        reason={reasons('undo') ?? (undo === null ? t('reason.nothingToUndo') : null)}
        pending={isPending('undo')}
        keyCap="Ctrl+Z"
        label={undo === null ? t('action.undo') : `${t('action.undo')} ${undoText}`}
        onPress={onUndo}
      >
        <span className="undo-text">
          {t('action.undo')}
          {undo !== null && <small>{undoText}</small>}
        </span>
      </Button>
    </div>
  );
}
