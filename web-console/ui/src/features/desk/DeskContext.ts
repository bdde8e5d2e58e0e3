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
  /** 监听 of the selected site is on. */
  listens: boolean;
  setListens: (on: boolean) => void;
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

export type Right = 'conference.picture' | 'conference.sound' | 'conference.affairs';

const SOUND = new Set<Command['cmd']>(['set_mute_on_join', 'set_mic', 'mute_all', 'mute_lock', 'set_speaker', 'set_gain', 'set_mix_members']);
const PICTURE = new Set<Command['cmd']>([
  'set_free_view',
  'broadcast_site',
  'broadcast_layout',
  'cancel_broadcast',
  'dialogue',
  'call_to_speak',
  'grant_floor',
  'select_view',
  'set_layout',
  'set_preview',
  'take',
  'previous_picture',
  'slate',
  'start_polling',
  'pause_polling',
  'resume_polling',
  'stop_polling',
  'set_voice_switch',
  'start_content',
  'stop_content',
  'invite_content',
  'lock_content',
  'set_overlays',
  'set_output',
  'lock_program',
  'unlock_program',
  'undo',
  'redo',
]);

/** Which right a command needs at least (mcu/api/src/rights.rs); undo, redo and leases are judged by the MCU. */
export function rightFor(command: Command['cmd']): Right {
  if (SOUND.has(command)) return 'conference.sound';
  return PICTURE.has(command) ? 'conference.picture' : 'conference.affairs';
}

/** Commands that open and close microphones too. */
const SECOND = new Set<Command['cmd']>(['dialogue', 'call_to_speak', 'grant_floor']);

/** All rights a command needs. */
export const rightsFor = (command: Command['cmd']): Right[] => (SECOND.has(command) ? [rightFor(command), 'conference.sound'] : [rightFor(command)]);

export type CommandKind = Command['cmd'];
