/** One conference as this desk lives it: the store, the socket that feeds it, and the sending of commands. */

import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';

import { sendCommand } from '../api/console';
import { problemFrom } from '../api/http';
import type { Command, CommandRequest } from '../api/mcu';
import { sockets } from '../paths';
import { RECALL_MS, heldBack, isDelayed } from './delayed';
import type { Delayed, HeldWhy } from './delayed';
import { MeterFeed } from './meters';
import { keepSocket } from './socket';
import { applyAnswer, applyHeld, applyMessage, applyRefusal, beginCommand, initialState } from './state';
import type { ConsoleMessage, LiveState, Pending, Times } from './state';
import { createWaiting, takeLeft } from './waiting';

const times = (): Times => ({ monotonicMs: performance.now(), wallMs: Date.now() });

const freshKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

const isMessage = (value: unknown): value is ConsoleMessage =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

export type Conference = {
  id: string;
  store: StoreApi<LiveState>;
  meters: MeterFeed;
  /** Asks for a command; the outcome shows in the store. Public text waits first, so that it can be recalled. */
  send: (command: Command) => void;
  /** Asks again for one that was not confirmed, under its first key, so that it is applied once. */
  retry: (pending: Pending) => void;
  /** Answers the question asked before a dangerous command; the end of the meeting waits after a yes, too. */
  confirm: (yes: boolean) => void;
  /** Takes back what waits; without a key the latest. False when nothing waits. */
  recall: (key?: string) => boolean;
  dismissRefusal: () => void;
  dismissHeld: () => void;
  /** Dials; returns how to hang up. */
  connect: (onSessionOver: () => void) => () => void;
};

/** Close code by which the console says that the session is over. */
const POLICY_VIOLATION = 1008;

export function createConference(id: string, onProblem: (code: string) => void): Conference {
  const store = createStore<LiveState>(() => initialState);
  const meters = new MeterFeed();

  /** `isConfirmed`: the person was asked already, so that the MCU's own question is answered at once. */
  const deliver = async (pending: Pending, confirm?: string, isConfirmed = false): Promise<void> => {
    store.setState((state) => beginCommand(state, pending));
    const request: CommandRequest = { ...pending.command, idem_key: pending.idemKey };
    if (confirm !== undefined) request.confirm = confirm;
    try {
      let answer = await sendCommand(id, request);
      if (isConfirmed && answer.outcome === 'needs_confirmation') answer = await sendCommand(id, { ...request, confirm: answer.token });
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

  const held = (delayed: Delayed, why: HeldWhy): void => store.setState((state) => applyHeld(state, delayed.key, delayed.command, why, times()));
  const waiting = createWaiting(
    id,
    (delayed) => store.setState({ delayed }),
    (delayed) => {
      const why = heldBack(delayed, store.getState().snapshot, Date.now());
      if (why === null) void deliver(fresh(delayed.command), undefined, true);
      else held(delayed, why);
    },
  );
  const recall = (key?: string, why: HeldWhy = 'recalled'): boolean => {
    const found = store.getState().delayed.findLast((one) => key === undefined || one.key === key);
    if (found === undefined || !waiting.take(found.key)) return false;
    held(found, why);
    return true;
  };
  /** Of one kind only the latest wish waits. */
  const replace = (command: Command): void => {
    for (const one of store.getState().delayed) if (one.command.cmd === command.cmd) recall(one.key, 'replaced');
  };
  const wait = (command: Command): void =>
    waiting.add({ key: freshKey(), command, dueWallMs: Date.now() + RECALL_MS, overlays: store.getState().snapshot?.settings.overlays ?? [] });
  const ask = (command: Command, token?: string): void => {
    replace(command);
    // The end is asked for first and waits afterwards.
    if (isDelayed(command, store.getState().snapshot) && (command.cmd !== 'end' || token !== undefined)) wait(command);
    else void deliver(fresh(command), token);
  };

  const onText = (text: string): void => {
    const message: unknown = JSON.parse(text);
    if (isMessage(message)) store.setState((state) => applyMessage(state, message, times()));
  };

  return {
    id,
    store,
    meters,
    send: (command) => ask(command),
    retry: (pending) => void deliver({ ...pending, startedMs: performance.now() }),
    confirm: (yes) => {
      const asked = store.getState().confirmation;
      store.setState({ confirmation: null });
      if (yes && asked !== null) ask(asked.command, asked.token);
    },
    recall: (key) => recall(key),
    dismissRefusal: () => store.setState({ refusal: null }),
    dismissHeld: () => store.setState({ held: null }),
    connect: (onSessionOver) => {
      for (const command of takeLeft(id)) store.setState((state) => applyHeld(state, freshKey(), command, 'left', times()));
      const hangUp = keepSocket(sockets.conference(id), {
        onText,
        onBinary: (buffer) => meters.accept(buffer, performance.now()),
        onLost: (code) => {
          if (code === POLICY_VIOLATION) onSessionOver();
        },
      });
      return () => {
        waiting.leave();
        hangUp();
      };
    },
  };
}
