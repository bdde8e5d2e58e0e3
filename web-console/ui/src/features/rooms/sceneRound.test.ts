import { describe, expect, it } from 'vitest';

import type { RoomStatus, SceneRound, SceneRun } from '../../api/rooms';
import { progressOf } from './sceneRound';

const text = (word: string) => ({ zh: word, en: word });

const round = (wish: 'run' | 'restore'): SceneRound => ({
  number: 1,
  scene: 'meeting',
  name: text('会议模式'),
  actor: 'operator',
  started_at_ms: 1_000_000,
  wish,
  rooms: {
    a: { state: 'told', at_ms: 1_000_100, late: false },
    b: { state: 'told', at_ms: 1_000_100, late: false },
    c: { state: 'waiting' },
    d: { state: 'refused', reason: text('没有场景') },
    e: { state: 'dropped' },
  },
});

const status = (room: string, run: Partial<SceneRun> | null): RoomStatus => ({
  room,
  name: text(room),
  connected: true,
  since_ms: 0,
  whereabouts: { at: 'no_terminal' },
  seat: null,
  snapshot: {
    room,
    name: text(room),
    rehearsal: true,
    devices: [],
    scenes: [],
    run: run === null ? null : { scene: 'meeting', actor: 'operator', started_at_ms: 1_000_200, state: 'done', steps: [], can_restore: true, ...run },
    terminal: null,
    at_ms: 0,
  },
});

describe('a scene round', () => {
  it('counts only what the rooms themselves report of it', () => {
    const rooms = { a: status('a', {}), b: status('b', { started_at_ms: 5 }) };
    expect(progressOf(round('run'), rooms)).toEqual({ total: 5, done: 1, waiting: 1, faulty: 1 });
  });

  it('is faulty where steps failed, and put back by another run', () => {
    const rooms = { a: status('a', { state: 'done_with_faults' }), b: status('b', {}) };
    expect(progressOf(round('run'), rooms)).toEqual({ total: 5, done: 1, waiting: 1, faulty: 2 });
    expect(progressOf(round('restore'), rooms).done).toBe(0);
    expect(progressOf(round('restore'), { a: status('a', { scene: 'restore' }) }).done).toBe(1);
  });
});
