import { useEffect } from 'react';
import { useStore } from 'zustand';

import { useReload } from '../features/library/useLibrary';
import { shortCap } from './chord';
import { followOtherWindows, keyMap, keyMapLibrary } from './store';

/** Keeps the account's key map in step with the server while a desk is open. */
export function useKeyMapOf(account: string): void {
  useReload(keyMapLibrary(account));
  useEffect(followOtherWindows, []);
}

/** What is printed on the button of an action, for spreading into it: nothing where the action has no key. */
export function useKeyCaps(): (id: string) => { keyCap?: string } {
  const keys = useStore(keyMap, (state) => state.keys);
  return (id) => {
    const cap = shortCap(keys.chordOf(id));
    return cap === '' ? {} : { keyCap: cap };
  };
}
