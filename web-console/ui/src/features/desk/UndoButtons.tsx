import type { UndoInfo } from '../../api/mcu';
import { useWords } from '../../i18n/useWords';
import { useKeyCaps } from '../../keys/useKeyMap';
import { Button } from '../../ui/Button';
import { useDesk, useLive } from './DeskContext';
import { undoLatest } from './commands';
import { useReasons } from './useReasons';
import { eventWords, siteNames } from './words';

type Props = { kind: 'undo' | 'redo'; info: UndoInfo | null; onPress: () => void };

function OneButton({ kind, info, onPress }: Props) {
  const words = useWords();
  const { t } = words;
  const reasons = useReasons();
  const keyCap = useKeyCaps();
  const snapshot = useLive((state) => state.snapshot);
  const isPending = useLive((state) => state.pending.some((one) => one.command.cmd === kind));
  const nothing = kind === 'undo' ? t('reason.nothingToUndo') : t('reason.nothingToRedo');
  const text = info === null ? '' : t('undo.what', { what: eventWords(t, info.event, siteNames(snapshot, words)), author: info.author });
  return (
    <Button reason={reasons(kind) ?? (info === null ? nothing : null)} pending={isPending} {...keyCap(kind)} label={`${t(`action.${kind}`)} ${text}`.trim()} onPress={onPress}>
      <span className="undo-text">
        {t(`action.${kind}`)}
        {info !== null && <small>{text}</small>}
      </span>
    </Button>
  );
}

/** Says what would be undone or made again, and whose it was. */
export function UndoButtons() {
  const { conference } = useDesk();
  const undo = useLive((state) => state.snapshot?.undo ?? null);
  const redo = useLive((state) => state.snapshot?.redo ?? null);
  return (
    <div className="undo-buttons">
      <OneButton kind="undo" info={undo} onPress={() => undo !== null && conference.send(undoLatest(undo.rev))} />
      <OneButton kind="redo" info={redo} onPress={() => conference.send({ cmd: 'redo', args: {} })} />
    </div>
  );
}
