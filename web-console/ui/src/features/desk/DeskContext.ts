import { createContext, useContext, useEffect, useState } from 'react';
import { useStore } from 'zustand';

import type { Me } from '../../api/console';
import type { Command } from '../../api/mcu';
import type { Conference } from '../../live/conference';
import { isTrusted } from '../../live/state';
import type { LiveState } from '../../live/state';

export type Desk = {
  conference: Conference;
  me: Me;
  selected: string | null;
  select: (site: string | null) => void;
};

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('useDesk stands outside a desk');
  return desk;
}

export function useLive<T>(pick: (state: LiveState) => T): T {
  return useStore(useDesk().conference.store, pick);
}

/** How often trust is looked at; with the limit of 2.4 s it leaves 0.4 s of the promised 3 s to a busy page. */
const LOOK_EVERY_MS = 200;

export function useTrust(): boolean {
  const { store } = useDesk().conference;
  const [trusted, setTrusted] = useState(false);
  useEffect(() => {
    // Renders only when the answer changes, not at each look.
    const look = (): void => setTrusted(isTrusted(store.getState(), performance.now()));
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    const unsubscribe = store.subscribe(look);
    return () => {
      clearInterval(timer);
      unsubscribe();
    };
  }, [store]);
  return trusted;
}

/** Which right a command needs at least; undo is judged by the MCU. */
export function rightFor(command: Command['cmd']): 'conference.picture' | 'conference.sound' | 'conference.affairs' {
  switch (command) {
    case 'set_mic':
    case 'mute_all':
      return 'conference.sound';
    case 'broadcast_site':
    case 'broadcast_layout':
    case 'cancel_broadcast':
    case 'select_view':
    case 'set_layout':
    case 'set_preview':
    case 'take':
    case 'undo':
    case 'set_overlays':
    case 'set_output':
    case 'lock_program':
    case 'unlock_program':
      return 'conference.picture';
    default:
      return 'conference.affairs';
  }
}

export type CommandKind = Command['cmd'];
