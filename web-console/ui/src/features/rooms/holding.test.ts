import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { CommandDecl, ParamDecl } from '../../api/rooms';
import { Holder } from './Holder';
import { RENEW_MS, heldMoves, stopOf } from './holding';

const text = { zh: '', en: '' };
const int = (name: string, min: number, max: number): ParamDecl => ({ name, label: text, kind: { type: 'int', min, max, unit: '' } });
const choice = (name: string, ...words: string[]): ParamDecl => ({
  name,
  label: text,
  kind: { type: 'choice', options: words.map((word) => [word, text]) },
});
const command = (name: string, held: boolean, ...params: ParamDecl[]): CommandDecl => ({
  name,
  label: text,
  params,
  danger: 'none',
  held,
  proof: null,
  expected_ms: 0,
});

describe('held moves', () => {
  it('come from signed pan and tilt at the wanted share of speed', () => {
    const moves = heldMoves([command('pan_tilt', true, int('pan', -24, 24), int('tilt', -20, 20))], 0.5);
    expect(moves.map((move) => [move.direction, move.args])).toEqual([
      ['left', { tilt: 0, pan: -12 }],
      ['right', { tilt: 0, pan: 12 }],
      ['down', { pan: 0, tilt: -10 }],
      ['up', { pan: 0, tilt: 10 }],
    ]);
  });

  it('come from one signed speed, never slower than one step', () => {
    const moves = heldMoves([command('zoom', true, int('speed', -7, 7))], 0.01);
    expect(moves.map((move) => [move.direction, move.args])).toEqual([
      ['wide', { speed: -1 }],
      ['tele', { speed: 1 }],
    ]);
  });

  it('come from words, with a speed beside', () => {
    const moves = heldMoves([command('move', true, choice('direction', 'up', 'up_left', 'stop'), int('speed', 1, 24))], 0.5);
    expect(moves.map((move) => [move.direction, move.option, move.args])).toEqual([
      ['up', 'up', { speed: 13, direction: 'up' }],
      [null, 'up_left', { speed: 13, direction: 'up_left' }],
    ]);
  });

  it('are not made of commands that are not held', () => {
    expect(heldMoves([command('recall_preset', false, int('preset', 0, 127))], 0.5)).toEqual([]);
  });

  it('are ended by the stop that is nearest in name', () => {
    const commands = [command('stop', false), command('stop_zoom', false), command('pan_tilt_stop', false)];
    expect(stopOf(commands, 'zoom')?.name).toBe('stop_zoom');
    expect(stopOf(commands, 'pan_tilt')?.name).toBe('pan_tilt_stop');
    expect(stopOf(commands, 'focus')?.name).toBe('stop');
    expect(stopOf([], 'focus')).toBeNull();
  });
});

describe('a hold', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is renewed while it lasts and stopped once', async () => {
    const said: string[] = [];
    const holder = new Holder();
    const say = (word: string) => async () => void said.push(word);
    holder.start(say('move'), say('stop'));
    await vi.advanceTimersByTimeAsync(2 * RENEW_MS + 10);
    holder.end();
    holder.end();
    await vi.advanceTimersByTimeAsync(5 * RENEW_MS);
    expect(said).toEqual(['move', 'move', 'move', 'stop']);
  });

  it('sends the stop after a renewal that is still on its way', async () => {
    const said: string[] = [];
    let arrive = (): void => undefined;
    const holder = new Holder();
    holder.start(
      () =>
        new Promise<void>((resolve) => {
          arrive = () => {
            said.push('move');
            resolve();
          };
        }),
      async () => void said.push('stop'),
    );
    await vi.advanceTimersByTimeAsync(3 * RENEW_MS);
    holder.end();
    expect(said).toEqual([]);
    arrive();
    await vi.advanceTimersByTimeAsync(1);
    expect(said).toEqual(['move', 'stop']);
  });

  it('is stopped even when the renewals failed', async () => {
    const said: string[] = [];
    const holder = new Holder();
    holder.start(
      () => Promise.reject(new Error('line cut')),
      async () => void said.push('stop'),
    );
    await vi.advanceTimersByTimeAsync(10);
    holder.end();
    await vi.advanceTimersByTimeAsync(10);
    expect(said).toEqual(['stop']);
  });
});
