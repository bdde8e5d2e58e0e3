import { describe, expect, it } from 'vitest';

import type { FaultDecl, InjectionInfo } from '../../api/rehearsal';
import { faultOf, firstValues, livesOf, minutesText, secondsLeft, secondsText, wrongFields } from './order';

const label = { zh: '', en: '' };
const loss: FaultDecl = {
  fault: 'line_loss',
  label,
  group: 'line',
  params: [
    { name: 'percent', label, kind: { type: 'int', min: 1, max: 80, unit: '%' } },
    { name: 'burst', label, kind: { type: 'bool' } },
  ],
};
const noise: FaultDecl = { fault: 'sound_noise', label, group: 'sound', params: [{ name: 'level_dbfs', label, kind: { type: 'int', min: -50, max: -6, unit: 'dBFS' } }] };
const one = (id: number, state: string, due: number, began: number | null): InjectionInfo => ({
  id, state, due_ms: due, began_ms: began, ended_ms: null, site: 'a', fault: { fault: 'line_cut' }, for_s: 30, author: 't', hidden: false, exercise: '', note: '',
});

describe('an order', () => {
  it('begins within its ranges and is built from what is typed', () => {
    for (const fault of [loss, noise]) expect(wrongFields(fault, firstValues(fault))).toEqual([]);
    expect(faultOf(loss, { percent: '20', burst: true })).toEqual({ fault: 'line_loss', percent: 20, burst: true });
    expect(wrongFields(loss, { percent: '81', burst: false })).toEqual(['percent']);
    expect(wrongFields(loss, { percent: '2.5', burst: false })).toEqual(['percent']);
    expect(wrongFields(noise, { level_dbfs: '-20' })).toEqual([]);
  });

  it('is counted down', () => {
    const [coming, working] = [one(1, 'planned', 9_000, null), one(2, 'active', 0, 1_000)];
    const list = [coming, working, one(3, 'ended', 0, 0), one(4, 'planned', 5_000, null), one(5, 'active', 0, 500)];
    const lives = livesOf(list);
    expect([lives.active.map((row) => row.id), lives.planned.map((row) => row.id)]).toEqual([[5, 2], [4, 1]]);
    expect(secondsLeft(working, 11_000)).toBe(20);
    expect(secondsLeft(coming, 20_000)).toBe(0);
    expect([minutesText(65), secondsText(2_340), secondsText(null)]).toEqual(['1:05', '2.3', '—']);
  });
});
