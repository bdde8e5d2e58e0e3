import { useSyncExternalStore } from 'react';

import type { RollCallKey } from '../../../../keys/actions';
import { useKeys } from '../../../../keys/useKeys';
import { readCharacterKeys, watchCharacterKeys } from '../../characterKeys';

/** Where arrows belong to somebody else. */
const OWN_ARROWS = '[role="listbox"], [role="tab"]';

/** The panel's own keys while it is open. Those that type a character can be switched off with the other character keys. */
export function useRollCallKeys(onKey: (key: RollCallKey) => void): void {
  const characterKeys = useSyncExternalStore(watchCharacterKeys, readCharacterKeys);
  useKeys((action) => {
    if (action.act !== 'roll_call') return false;
    const isArrow = action.key === 'previous' || action.key === 'next';
    if (isArrow && document.activeElement?.closest(OWN_ARROWS) != null) return false;
    onKey(action.key);
    return true;
  }, characterKeys);
}
