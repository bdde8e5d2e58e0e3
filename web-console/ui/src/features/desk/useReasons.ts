import { useWords } from '../../i18n/useWords';
import { rightsFor, useDesk, useLive } from './DeskContext';
import type { CommandKind } from './DeskContext';

/** Says why a command cannot be given at all (role, lock, no state), or null. What is about to be refused by the rules is left to the MCU. */
export function useReasons(): (command: CommandKind) => string | null {
  const { t } = useWords();
  const { me } = useDesk();
  const hasState = useLive((state) => state.snapshot !== null);
  const isOver = useLive((state) => state.snapshot?.phase === 'ended');
  return (command) => {
    if (!rightsFor(command).every((right) => me.rights.includes(right))) return t('reason.noRight');
    if (me.locked) return t('reason.locked');
    if (!hasState) return t('reason.noState');
    return isOver ? t('reason.ended') : null;
  };
}
