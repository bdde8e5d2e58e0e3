import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Command, ConferenceSnapshot, Overlay } from '../api/mcu';
import { createConference } from './conference';
import type { Conference } from './conference';
import { LATE_MS, RECALL_MS, bringsPublicText, heldBack, secondsLeft } from './delayed';
import type { Delayed } from './delayed';

const banner = (text: string): Overlay => ({ overlay: 'banner', of: { text, at: 'top' } });
const clock: Overlay = { overlay: 'clock', of: { utc_offset_min: 480 } };
const set = (...overlays: Overlay[]): Command => ({ cmd: 'set_overlays', args: { overlays } });
const END: Command = { cmd: 'end', args: {} };
const CUT: Command = { cmd: 'take', args: { transition: 'cut' } };

const snapshot = (...overlays: Overlay[]): ConferenceSnapshot => ({
  conference: 'c',
  title: 't',
  rev: 1,
  phase: 'running',
  opened_at_ms: 1,
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
  settings: { auto_end: false, fade_ms: 0, free_view: false, locked: false, mute_on_join: 'closed', overlays },
  speech: { over: false },
  at_ms: 1,
});

describe('what waits', () => {
  it('is text that nobody has seen yet; taking away, order, clocks and slates go at once', () => {
    expect(bringsPublicText(set(banner('a')), snapshot())).toBe(true);
    expect(bringsPublicText(set(banner('a'), banner('b')), snapshot(banner('a')))).toBe(true);
    expect(bringsPublicText(set({ overlay: 'lower_third', of: { title: '', subtitle: '县长' } }), snapshot())).toBe(true);
    for (const [command, there] of [
      [set(), [banner('a')]],
      [set(banner('b'), banner('a')), [banner('a'), banner('b')]],
      [set(banner('a'), clock), [banner('a')]],
      [{ cmd: 'slate', args: { site: null, text: '请稍候' } }, []],
      [CUT, []],
    ] satisfies [Command, Overlay[]][]) {
      expect(bringsPublicText(command, snapshot(...there))).toBe(false);
    }
  });

  it('is held back when the overlays were changed meanwhile, and when the machine slept', () => {
    const delayed: Delayed = { key: 'k', command: set(banner('b')), dueWallMs: 1000, overlays: [banner('a')] };
    expect(heldBack(delayed, snapshot(banner('a')), 1000)).toBeNull();
    expect(heldBack(delayed, snapshot(banner('c')), 1000)).toBe('changed');
    expect(heldBack(delayed, snapshot(banner('a')), 1000 + LATE_MS + 1)).toBe('late');
    expect(heldBack({ ...delayed, command: END }, snapshot(banner('c')), 1000)).toBeNull();
    expect([secondsLeft(delayed, 0), secondsLeft(delayed, 1), secondsLeft(delayed, 999), secondsLeft(delayed, 5000)]).toEqual([1, 1, 1, 0]);
  });
});

describe('a desk', () => {
  let sent: { cmd: string; confirm?: string }[] = [];
  let desk: Conference;
  const answered = (body: { cmd: string; confirm?: string }) => (body.cmd === 'end' && body.confirm === undefined ? { outcome: 'needs_confirmation', token: 'token' } : { outcome: 'accepted', rev: 2 });
  const commands = (): string[] => sent.map((one) => (one.confirm === undefined ? one.cmd : `${one.cmd} ${one.confirm}`));
  const said = (): string[] => desk.store.getState().log.flatMap((line) => (line.kind === 'held' ? [`${line.command.cmd} ${line.why}`] : []));

  beforeEach(() => {
    vi.useFakeTimers();
    sessionStorage.clear();
    sent = [];
    vi.stubGlobal(
      'fetch',
      vi.fn(async (_path: string, init: RequestInit) => {
        const body = JSON.parse(String(init.body));
        sent.push(body);
        return new Response(JSON.stringify(answered(body)));
      }),
    );
    vi.stubGlobal('WebSocket', class extends EventTarget { close(): void {} });
    desk = createConference('c', () => undefined);
    desk.store.setState({ snapshot: snapshot() });
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
  const flush = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

  it('ends the meeting ten seconds after the yes, and answers the guard itself', async () => {
    desk.send(END);
    await flush();
    expect(desk.store.getState().confirmation?.token).toBe('token');
    expect(desk.store.getState().delayed).toEqual([]);
    desk.confirm(true);
    await flush(RECALL_MS - 1);
    expect(commands()).toEqual(['end']);
    await flush(1);
    expect(commands()).toEqual(['end', 'end', 'end token']);
    expect(desk.store.getState().confirmation).toBeNull();
    expect(desk.store.getState().delayed).toEqual([]);
  });

  it('does nothing of what was recalled, and says so', async () => {
    desk.send(set(banner('a')));
    desk.send(CUT);
    await flush(RECALL_MS - 1);
    expect(commands()).toEqual(['take']);
    expect(desk.recall()).toBe(true);
    await flush(RECALL_MS);
    expect(commands()).toEqual(['take']);
    expect(said()).toEqual(['set_overlays recalled']);
    expect(desk.recall()).toBe(false);
    expect(desk.store.getState().held).toBeNull();
  });

  it('lets the latest wish of a kind wait alone; what goes at once replaces it', async () => {
    desk.send(set(banner('a')));
    await flush(5000);
    desk.send(set(banner('b')));
    await flush(RECALL_MS - 1);
    expect(commands()).toEqual([]);
    desk.send(set());
    await flush(RECALL_MS);
    expect(sent).toMatchObject([{ cmd: 'set_overlays', args: { overlays: [] } }]);
    expect(said()).toEqual(['set_overlays replaced', 'set_overlays replaced']);
  });

  it('overwrites nothing that somebody else put on air meanwhile', async () => {
    desk.send(set(banner('a')));
    desk.store.setState({ snapshot: snapshot(banner('zhang')) });
    await flush(RECALL_MS);
    expect(commands()).toEqual([]);
    expect(desk.store.getState().held).toMatchObject({ why: 'changed' });
  });

  it('drops with the page what waits, and tells it once when the page is back', async () => {
    const hangUp = desk.connect(() => undefined);
    desk.send(set(banner('a')));
    const leaving = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(leaving);
    expect(leaving.defaultPrevented).toBe(true);
    hangUp();
    await flush(RECALL_MS * 2);
    expect(commands()).toEqual([]);
    desk = createConference('c', () => undefined);
    desk.connect(() => undefined)();
    expect(desk.store.getState().held).toMatchObject({ why: 'left', command: set(banner('a')) });
    desk = createConference('c', () => undefined);
    desk.connect(() => undefined)();
    expect(desk.store.getState().held).toBeNull();
    const calm = new Event('beforeunload', { cancelable: true });
    window.dispatchEvent(calm);
    expect(calm.defaultPrevented).toBe(false);
  });
});
