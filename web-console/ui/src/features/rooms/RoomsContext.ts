import { createContext, useContext } from 'react';
import { useStore } from 'zustand';

import type { Me } from '../../api/console';
import type { Text } from '../../api/rooms';
import type { Language } from '../../i18n';
import { areRoomsTrusted } from '../../live/rooms';
import type { RoomsLive, RoomsState } from '../../live/rooms';
import { useNow } from '../../ui/useNow';

export type RoomsDesk = { me: Me; live: RoomsLive };

export const RoomsContext = createContext<RoomsDesk | null>(null);

export function useRoomsDesk(): RoomsDesk {
  const desk = useContext(RoomsContext);
  if (desk === null) throw new Error('useRoomsDesk stands outside the room pages');
  return desk;
}

export function useRooms<T>(pick: (state: RoomsState) => T): T {
  return useStore(useRoomsDesk().live.store, pick);
}

export function useRoomsTrust(): boolean {
  const now = useNow(400);
  return useRooms((state) => areRoomsTrusted(state, now));
}

export const textIn = (language: Language, text: Text): string => (language === 'en' ? text.en : text.zh);
