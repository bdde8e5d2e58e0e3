/** All rooms as this browser lives them: pure state, and the socket that feeds it. */

import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';

import type { CommandState, RoomStatus, RoomsMessage, SceneRound } from '../api/rooms';
import { sockets } from '../paths';
import { keepSocket } from './socket';
import { UNTRUSTED_MS } from './state';
import type { Times } from './state';

/** Outcomes of commands remembered. */
const MAX_COMMANDS = 100;

export type RoomsState = {
  rooms: Record<string, RoomStatus>;
  /** By `room/id`. */
  commands: Record<string, CommandState>;
  /** One scene in many rooms: the one under way or the last. */
  round: SceneRound | null;
  lastMessageMs: number | null;
  clockOffsetMs: number;
  /** How often the connection was lost; a held move ends at each. */
  losses: number;
};

export const initialRooms: RoomsState = { rooms: {}, commands: {}, round: null, lastMessageMs: null, clockOffsetMs: 0, losses: 0 };

export const commandKey = (room: string, id: number): string => `${room}/${id}`;

export function applyRoomsMessage(state: RoomsState, message: RoomsMessage, times: Times): RoomsState {
  const heard = { ...state, lastMessageMs: times.monotonicMs };
  switch (message.type) {
    case 'room':
      return { ...heard, rooms: { ...state.rooms, [message.room]: message } };
    case 'command': {
      const kept = Object.entries(state.commands).slice(-MAX_COMMANDS);
      return { ...heard, commands: { ...Object.fromEntries(kept), [commandKey(message.room, message.id)]: message.state } };
    }
    case 'round':
      return { ...heard, round: message };
    case 'heartbeat':
      return { ...heard, clockOffsetMs: message.at_ms - times.wallMs };
    default:
      return heard;
  }
}

export const areRoomsTrusted = (state: RoomsState, nowMs: number): boolean =>
  state.lastMessageMs !== null && nowMs - state.lastMessageMs < UNTRUSTED_MS;

const isMessage = (value: unknown): value is RoomsMessage =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

export type RoomsLive = { store: StoreApi<RoomsState>; connect: () => () => void };

export function createRooms(): RoomsLive {
  const store = createStore<RoomsState>(() => initialRooms);
  const onText = (text: string): void => {
    const message: unknown = JSON.parse(text);
    const times = { monotonicMs: performance.now(), wallMs: Date.now() };
    if (isMessage(message)) store.setState((state) => applyRoomsMessage(state, message, times));
  };
  const onLost = (): void => store.setState((state) => ({ losses: state.losses + 1 }));
  return { store, connect: () => keepSocket(sockets.rooms(), { onText, onBinary: () => undefined, onLost }) };
}
