import { describe, expect, it } from 'vitest';

import type { ConferenceSnapshot, Envelope } from '../api/mcu';
import { UNCONFIRMED_MS, applyAnswer, applyMessage, applyRefusal, beginCommand, initialState, isTrusted, isUnconfirmed } from './state';
import type { LiveState, Pending } from './state';

const at = (ms: number) => ({ monotonicMs: ms, wallMs: 1_000_000 + ms });

const snapshot = (rev: number, openedAtMs = 1): ConferenceSnapshot => ({
  conference: 'c',
  title: 't',
  rev,
  phase: 'running',
  opened_at_ms: openedAtMs,
  main_site: 'm',
  sites: [],
  program: { kind: 'site', site: 'm' },
  wall: { revision: 1, cells: [] },
  workers: [],
  content: {},
  desk: { leases: {}, next_step: 0, plans: [] },
  floor_queue: [],
  output: { live: false, live_delay_s: 0, record: 'stopped' },
  rotation: { broadcast_paused: false, cells: [], watch_paused: false },
  settings: { auto_end: false, fade_ms: 0, free_view: false, locked: false, mute_on_join: 'closed', overlays: [] },
  speech: { over: false },
  at_ms: 2_000_000,
});

const envelope = (rev: number, idemKey: string | null): Envelope => ({
  conference: 'c',
  rev,
  at_ms: 5,
  author: 'operator',
  right: 'conference.sound',
  origin: 'desk',
  idem_key: idemKey,
  event: { event: 'ended', data: {} },
});

const pending = (idemKey: string, startedMs: number): Pending => ({ idemKey, command: { cmd: 'mute_all', args: {} }, startedMs, rev: null });

const running = (rev = 3): LiveState => applyMessage(initialState, { type: 'snapshot', ...snapshot(rev) }, at(0));

describe('commands', () => {
  it('stay pending after the answer until the event arrives, which tells how long it took', () => {
    let state = beginCommand(running(), pending('k', 100));
    state = applyAnswer(state, 'k', { outcome: 'accepted', rev: 4 });
    expect(state.pending).toHaveLength(1);
    state = applyMessage(state, { type: 'event', ...envelope(4, 'k') }, at(220));
    expect(state.pending).toEqual([]);
    expect(state.log[0]).toMatchObject({ kind: 'event', confirmMs: 120 });
  });

  it('are confirmed by an event that comes before the answer', () => {
    let state = beginCommand(running(), pending('k', 100));
    state = applyMessage(state, { type: 'event', ...envelope(4, 'k') }, at(150));
    state = applyAnswer(state, 'k', { outcome: 'accepted', rev: 4 });
    expect(state.pending).toEqual([]);
  });

  it('are confirmed by a snapshot of their revision when the event was missed', () => {
    let state = applyAnswer(beginCommand(running(), pending('k', 100)), 'k', { outcome: 'accepted', rev: 4 });
    state = applyMessage(state, { type: 'snapshot', ...snapshot(3) }, at(150));
    expect(state.pending).toHaveLength(1);
    state = applyMessage(state, { type: 'snapshot', ...snapshot(4) }, at(160));
    expect(state.pending).toEqual([]);
  });

  it('are not confirmed by other people’s events', () => {
    const state = applyMessage(beginCommand(running(), pending('k', 100)), { type: 'event', ...envelope(4, 'other') }, at(150));
    expect(state.pending).toHaveLength(1);
    expect(state.log[0]).toMatchObject({ confirmMs: null });
  });

  it('are called unconfirmed after a second and a half', () => {
    expect(isUnconfirmed(pending('k', 100), 100 + UNCONFIRMED_MS - 1)).toBe(false);
    expect(isUnconfirmed(pending('k', 100), 100 + UNCONFIRMED_MS)).toBe(true);
  });

  it('that are refused leave their reason, and a confirmation is asked for once', () => {
    const problem = { code: 'mcu.command.stale', status: 409, detail: 'd', detail_zh: 'z' };
    const refused = applyRefusal(beginCommand(running(), pending('k', 1)), 'k', problem, at(9));
    expect(refused.pending).toEqual([]);
    expect(refused.refusal?.problem.code).toBe('mcu.command.stale');
    expect(refused.log[0]?.kind).toBe('refused');
    const asked = applyAnswer(beginCommand(running(), pending('e', 1)), 'e', { outcome: 'needs_confirmation', token: 't' });
    expect(asked.confirmation?.token).toBe('t');
    expect(asked.pending).toEqual([]);
  });
});

describe('trust', () => {
  it('is lost within three seconds of silence and regained by the next message', () => {
    const state = running();
    expect(isTrusted(state, 2000)).toBe(true);
    expect(isTrusted(state, 2600)).toBe(false);
    const heard = applyMessage(state, { type: 'heartbeat', at_ms: 2_005_000 }, at(5000));
    expect(isTrusted(heard, 5500)).toBe(true);
    expect(heard.clockOffsetMs).toBe(2_005_000 - 1_005_000);
  });

  it('is lost at once when the console says that the MCU is away', () => {
    const problem = { code: 'console.mcu.unreachable', status: 502, detail: 'd', detail_zh: 'z' };
    const state = applyMessage(running(), { type: 'problem', problem }, at(100));
    expect(isTrusted(state, 101)).toBe(false);
    expect(isTrusted(applyMessage(state, { type: 'snapshot', ...snapshot(3) }, at(200)), 201)).toBe(true);
  });
});

describe('snapshots and events', () => {
  it('never go back, except to another run of the same name', () => {
    const state = running(8);
    expect(applyMessage(state, { type: 'snapshot', ...snapshot(7) }, at(1)).snapshot?.rev).toBe(8);
    expect(applyMessage(state, { type: 'snapshot', ...snapshot(1, 99) }, at(1)).snapshot?.rev).toBe(1);
  });

  it('told twice are shown once', () => {
    const once = applyMessage(running(), { type: 'event', ...envelope(4, null) }, at(1));
    expect(applyMessage(once, { type: 'event', ...envelope(4, null) }, at(2)).log).toHaveLength(1);
  });
});
