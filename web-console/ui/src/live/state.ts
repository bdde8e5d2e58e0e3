/** The desk's live state: pure, time comes in as arguments. */

import type { Command, CommandAnswer, ConferenceSnapshot, Envelope, McuEvent, Problem, ServerMessage, SiteId } from '../api/mcu';
import type { Delayed, HeldWhy } from './delayed';

/** After this time without confirmation a command is called unconfirmed (console.md §2.3). */
export const UNCONFIRMED_MS = 1500;
/** After this time without any message nothing shown is to be trusted; the promise to operators is 3 s, a redraw is at most 0.5 s away. */
export const UNTRUSTED_MS = 2400;
/** Lines kept in the event strip. */
const MAX_LOG = 200;

export type Pending = {
  idemKey: string;
  command: Command;
  startedMs: number;
  /** Known once the MCU has answered. */
  rev: number | null;
};

export type LogLine =
  | { kind: 'event'; key: string; envelope: Envelope; events: McuEvent[]; confirmMs: number | null }
  | { kind: 'refused'; key: string; atMs: number; command: Command; problem: Problem }
  /** Waited, and was not done. */
  | { kind: 'held'; key: string; atMs: number; command: Command; why: HeldWhy };

export type Confirmation = { command: Command; token: string };

export type LiveState = {
  snapshot: ConferenceSnapshot | null;
  problem: Problem | null;
  /** Monotonic time of the latest message of the MCU. */
  lastMessageMs: number | null;
  /** MCU's clock minus ours. */
  clockOffsetMs: number;
  log: LogLine[];
  pending: Pending[];
  confirmation: Confirmation | null;
  /** The latest refusal, until dismissed or followed by another command. */
  refusal: { command: Command; problem: Problem } | null;
  /** What waits before it really goes, oldest first. */
  delayed: readonly Delayed[];
  /** The latest that was not done for a reason its person did not give, until dismissed. */
  held: { command: Command; why: HeldWhy } | null;
};

export type ConsoleMessage = ServerMessage | { type: 'problem'; problem: Problem };

export type Times = { monotonicMs: number; wallMs: number };

export const initialState: LiveState = {
  snapshot: null,
  problem: null,
  lastMessageMs: null,
  clockOffsetMs: 0,
  log: [],
  pending: [],
  confirmation: null,
  refusal: null,
  delayed: [],
  held: null,
};

const addLine = (log: LogLine[], line: LogLine): LogLine[] => [line, ...log].slice(0, MAX_LOG);

const heard = (state: LiveState, times: Times, atMs: number): LiveState => ({
  ...state,
  problem: null,
  lastMessageMs: times.monotonicMs,
  clockOffsetMs: atMs - times.wallMs,
});

/** One change may come as several events of one revision: one line. A reconnect may tell an event twice. */
function logged(log: LogLine[], envelope: Envelope, confirmMs: number | null): LogLine[] {
  const key = `event-${envelope.rev}`;
  const there = log.find((one) => one.key === key);
  if (there?.kind !== 'event') return addLine(log, { kind: 'event', key, envelope, events: [envelope.event], confirmMs });
  const text = JSON.stringify(envelope.event);
  if (there.events.some((event) => JSON.stringify(event) === text)) return log;
  return log.map((one) => (one === there ? { ...there, events: [...there.events, envelope.event] } : one));
}

function applyEvent(state: LiveState, envelope: Envelope, times: Times): LiveState {
  const own = state.pending.find((one) => one.idemKey === envelope.idem_key || one.rev === envelope.rev);
  const confirmMs = own === undefined ? null : Math.round(times.monotonicMs - own.startedMs);
  return {
    ...state,
    lastMessageMs: times.monotonicMs,
    log: logged(state.log, envelope, confirmMs),
    pending: state.pending.filter((one) => one !== own),
  };
}

function applySnapshot(state: LiveState, snapshot: ConferenceSnapshot, times: Times): LiveState {
  // An older revision than the one shown is ignored, unless it is another run of the same name.
  const stale =
    state.snapshot !== null && state.snapshot.opened_at_ms === snapshot.opened_at_ms && snapshot.rev < state.snapshot.rev;
  const next = heard(state, times, snapshot.at_ms);
  return {
    ...next,
    snapshot: stale ? state.snapshot : snapshot,
    pending: state.pending.filter((one) => one.rev === null || one.rev > snapshot.rev),
  };
}

export function applyMessage(state: LiveState, message: ConsoleMessage, times: Times): LiveState {
  switch (message.type) {
    case 'snapshot':
      return applySnapshot(state, message, times);
    case 'event':
      return applyEvent(state, message, times);
    case 'heartbeat':
      return heard(state, times, message.at_ms);
    case 'problem':
      return { ...state, problem: message.problem };
    default:
      // A message of a later version: known to be alive, not understood.
      return state;
  }
}

export const beginCommand = (state: LiveState, pending: Pending): LiveState => ({
  ...state,
  refusal: null,
  pending: [...state.pending.filter((one) => one.idemKey !== pending.idemKey), pending],
});

export function applyAnswer(state: LiveState, idemKey: string, answer: CommandAnswer): LiveState {
  const own = state.pending.find((one) => one.idemKey === idemKey);
  if (own === undefined) return state;
  const others = state.pending.filter((one) => one !== own);
  switch (answer.outcome) {
    case 'accepted': {
      const shown = state.snapshot?.rev ?? 0;
      return { ...state, pending: answer.rev <= shown ? others : [...others, { ...own, rev: answer.rev }] };
    }
    case 'unchanged':
      return { ...state, pending: others };
    case 'needs_confirmation':
      return { ...state, pending: others, confirmation: { command: own.command, token: answer.token } };
    default:
      return state;
  }
}

export function applyRefusal(state: LiveState, idemKey: string, problem: Problem, times: Times): LiveState {
  const own = state.pending.find((one) => one.idemKey === idemKey);
  if (own === undefined) return state;
  const line: LogLine = {
    kind: 'refused',
    key: `refused-${idemKey}`,
    atMs: times.wallMs + state.clockOffsetMs,
    command: own.command,
    problem,
  };
  return {
    ...state,
    pending: state.pending.filter((one) => one !== own),
    log: addLine(state.log, line),
    refusal: { command: own.command, problem },
  };
}

/** Something that waited was not done. */
export function applyHeld(state: LiveState, key: string, command: Command, why: HeldWhy, times: Times): LiveState {
  const line: LogLine = { kind: 'held', key: `held-${key}`, atMs: times.wallMs + state.clockOffsetMs, command, why };
  const isOwnWish = why === 'recalled' || why === 'replaced';
  return { ...state, log: addLine(state.log, line), held: isOwnWish ? state.held : { command, why } };
}

/** Whether what is shown may be believed. */
export const isTrusted = (state: LiveState, nowMs: number): boolean =>
  state.snapshot !== null && state.problem === null && state.lastMessageMs !== null && nowMs - state.lastMessageMs < UNTRUSTED_MS;

export const isUnconfirmed = (pending: Pending, nowMs: number): boolean => nowMs - pending.startedMs >= UNCONFIRMED_MS;

/** Which tiles a command will change. */
export function touchedSites(command: Command): SiteId[] {
  switch (command.cmd) {
    case 'call':
    case 'hang_up':
    case 'broadcast_site':
    case 'set_mic':
    case 'call_to_speak':
    case 'dialogue':
    case 'defer':
    case 'withdraw':
    case 'grant_chair':
    case 'mute_lock':
    case 'set_speaker':
    case 'set_gain':
    case 'score_roll_call':
    case 'start_content':
    case 'set_main_site':
      return [command.args.site];
    case 'grant_floor':
    case 'slate':
      return command.args.site == null ? [] : [command.args.site];
    case 'select_view':
      return [command.args.viewer];
    case 'set_preview':
      return command.args.picture?.kind === 'site' ? [command.args.picture.site] : [];
    case 'call_all_absent':
    case 'broadcast_layout':
    case 'cancel_broadcast':
    case 'mute_all':
    case 'take':
    case 'undo':
    case 'end':
      return [];
    default:
      return [];
  }
}

/** Which monitor a command will change. */
export function touchedMonitor(command: Command): 'program' | 'preview' | null {
  switch (command.cmd) {
    case 'broadcast_site':
    case 'broadcast_layout':
    case 'cancel_broadcast':
    case 'take':
    case 'previous_picture':
    case 'call_to_speak':
    case 'dialogue':
    case 'grant_floor':
      return 'program';
    case 'set_preview':
      return 'preview';
    case 'call':
    case 'hang_up':
    case 'set_mic':
    case 'select_view':
    case 'call_all_absent':
    case 'mute_all':
    case 'undo':
    case 'end':
      return null;
    default:
      return null;
  }
}
