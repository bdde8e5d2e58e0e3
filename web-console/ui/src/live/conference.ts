/** One conference as this desk lives it: the store, the socket that feeds it, and the sending of commands. */

import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';

import { sendCommand } from '../api/console';
import { problemFrom } from '../api/http';
import type { Command, CommandRequest } from '../api/mcu';
import { sockets } from '../paths';
import { MeterFeed } from './meters';
import { keepSocket } from './socket';
import { applyAnswer, applyMessage, applyRefusal, beginCommand, initialState } from './state';
import type { ConsoleMessage, LiveState, Pending, Times } from './state';

const times = (): Times => ({ monotonicMs: performance.now(), wallMs: Date.now() });

const freshKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

const isMessage = (value: unknown): value is ConsoleMessage =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

export type Conference = {
  id: string;
  store: StoreApi<LiveState>;
  meters: MeterFeed;
  /** Asks for a command; the outcome shows in the store. */
  send: (command: Command) => void;
  /** Asks again for one that was not confirmed, under its first key, so that it is applied once. */
  retry: (pending: Pending) => void;
  /** Answers the question asked before a dangerous command. */
  confirm: (yes: boolean) => void;
  dismissRefusal: () => void;
  /** Dials; returns how to hang up. */
  connect: (onSessionOver: () => void) => () => void;
};

/** Close code by which the console says that the session is over. */
const POLICY_VIOLATION = 1008;

export function createConference(id: string, onProblem: (code: string) => void): Conference {
  const store = createStore<LiveState>(() => initialState);
  const meters = new MeterFeed();

  const deliver = async (pending: Pending, confirm?: string): Promise<void> => {
    store.setState((state) => beginCommand(state, pending));
    const request: CommandRequest = { ...pending.command, idem_key: pending.idemKey };
    if (confirm !== undefined) request.confirm = confirm;
    try {
      const answer = await sendCommand(id, request);
      store.setState((state) => applyAnswer(state, pending.idemKey, answer));
    } catch (error) {
      const problem = problemFrom(error);
      // Nothing was heard: it may have been done. It stays pending and becomes "unconfirmed", with a retry under the same key.
      if (problem.status === 0) return;
      store.setState((state) => applyRefusal(state, pending.idemKey, problem, times()));
      onProblem(problem.code);
    }
  };

  const fresh = (command: Command): Pending => ({ idemKey: freshKey(), command, startedMs: performance.now(), rev: null });

  const onText = (text: string): void => {
    const message: unknown = JSON.parse(text);
    if (isMessage(message)) store.setState((state) => applyMessage(state, message, times()));
  };

  return {
    id,
    store,
    meters,
    send: (command) => void deliver(fresh(command)),
    retry: (pending) => void deliver({ ...pending, startedMs: performance.now() }),
    confirm: (yes) => {
      const asked = store.getState().confirmation;
      store.setState({ confirmation: null });
      if (yes && asked !== null) void deliver(fresh(asked.command), asked.token);
    },
    dismissRefusal: () => store.setState({ refusal: null }),
    connect: (onSessionOver) =>
      keepSocket(sockets.conference(id), {
        onText,
        onBinary: (buffer) => meters.accept(buffer, performance.now()),
        onLost: (code) => {
          if (code === POLICY_VIOLATION) onSessionOver();
        },
      }),
  };
}
