/** The key map of the account that is signed in: as the server has it, or as it was last read when the server does not answer. */

import { createStore } from 'zustand/vanilla';

import { createLibrary } from '../features/library/library';
import type { Library } from '../features/library/library';
import { keysOf, readChanges } from './keymap';
import type { Changes, Keys } from './keymap';

export type KeyMapState = { account: string; changes: Changes; keys: Keys };

const NONE: Changes = {};

export const keyMap = createStore<KeyMapState>(() => ({ account: '', changes: NONE, keys: keysOf(NONE) }));

const keptKey = (account: string): string => `console.keyMap.${account}`;

/** The last good map of that account on this machine. */
function kept(account: string): Changes {
  try {
    return readChanges(JSON.parse(localStorage.getItem(keptKey(account)) ?? 'null')) ?? NONE;
  } catch {
    return NONE;
  }
}

const use = (account: string, changes: Changes): void => {
  const { getState, setState } = keyMap;
  if (getState().account === account && JSON.stringify(getState().changes) === JSON.stringify(changes)) return;
  setState({ account, changes, keys: keysOf(changes) });
};

let open: { account: string; library: Library<Changes> } | null = null;

/** The account's map in the library. What the server says is used at once and kept on this machine; its silence changes nothing. */
export function keyMapLibrary(account: string): Library<Changes> {
  if (open?.account === account) return open.library;
  const library = createLibrary<Changes>({ kind: 'key_map', read: readChanges });
  open = { account, library };
  use(account, kept(account));
  library.store.subscribe(({ documents, isLoaded, problem }) => {
    if (open?.library !== library || !isLoaded || problem !== null) return;
    const changes = readChanges(documents.find((one) => one.name === account)?.value) ?? NONE;
    localStorage.setItem(keptKey(account), JSON.stringify(changes));
    use(account, changes);
  });
  return library;
}

/** Another window of this browser has read or changed the map. */
export function followOtherWindows(): () => void {
  const onStorage = (event: StorageEvent): void => {
    const { account } = keyMap.getState();
    if (account !== '' && event.key === keptKey(account)) use(account, kept(account));
  };
  window.addEventListener('storage', onStorage);
  return () => window.removeEventListener('storage', onStorage);
}
