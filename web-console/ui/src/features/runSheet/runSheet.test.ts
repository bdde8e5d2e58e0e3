import { describe, expect, it } from 'vitest';

import type { ConferenceSnapshot, RunStep } from '../../api/mcu';
import { csvText, parseCsv } from './csv';
import { detailsOf, textOf } from './details';
import { phrased } from './phrases';
import { follow, overText } from './runTimes';
import { draftOf, draftOfTable, emptyRow, rowOf, sheetOfJson, stepOf, tableOf, timeOf } from './table';
import { cellText } from './xlsx';

const NOW = new Date(2026, 10, 23, 9, 0).getTime();
const site = (id: string, name: string) => ({ site: id, name, name_en: id });
// oxlint-disable-next-line typescript/consistent-type-assertions -- Only what is read is made.
const snapshot = { sites: [site('m', '市政府'), site('a', '甲县'), site('b', '乙县')], main_site: 'm', settings: { overlays: [{ overlay: 'clock', of: { utc_offset_min: 480 } }, { overlay: 'lower_third', of: { title: 'x', subtitle: '' } }] } } as unknown as ConferenceSnapshot;
const world = { snapshot, layouts: [{ name: '2x2', cells: [] }] };
const cells = { site: '甲县', picture: '', sound: '', content: '', caption: '' };

describe('words of a run sheet', () => {
  it('become commands', () => {
    expect(phrased(world, { ...cells, picture: '广播;送预监 乙县;多画面 2x2', sound: '全场闭音;开麦 甲县、乙县' })).toEqual({
      faults: [],
      commands: [
        { cmd: 'broadcast_site', args: { site: 'a' } },
        { cmd: 'set_preview', args: { picture: { kind: 'site', site: 'b' } } },
        { cmd: 'broadcast_layout', args: { layout: world.layouts[0] } },
        { cmd: 'mute_all', args: {} },
        { cmd: 'set_mic', args: { site: 'a', mic: 'open' } },
        { cmd: 'set_mic', args: { site: 'b', mic: 'open' } },
      ],
    });
    expect(phrased(world, { ...cells, picture: '主会场', content: '无', caption: '张三|甲县县长' }).commands).toEqual([
      { cmd: 'broadcast_site', args: { site: 'm' } },
      { cmd: 'stop_content', args: {} },
      { cmd: 'set_overlays', args: { overlays: [{ overlay: 'clock', of: { utc_offset_min: 480 } }, { overlay: 'lower_third', of: { title: '张三', subtitle: '甲县县长' } }] } },
    ]);
  });

  it('are named when they are not understood', () => {
    expect(phrased(world, { ...cells, picture: '广播 丙县', sound: '大声' }).faults).toEqual([
      { column: 'picture', words: '广播 丙县' },
      { column: 'sound', words: '大声' },
    ]);
  });
});

describe('tables', () => {
  it('survive CSV and JSON', () => {
    const step: RunStep = { title: '开幕', text: textOf({ site: '甲县', lights: '会议', important: true, note: '请"起立",\n鼓掌' }), planned_at_ms: new Date(2026, 10, 23, 9, 30).getTime(), commands: [{ cmd: 'mute_all', args: {} }] };
    const draft = draftOf({ title: '议程', steps: [step] }, NOW);
    const back = draftOfTable(parseCsv(csvText(tableOf(draft))), 'x');
    expect(back?.title).toBe('议程');
    const row = back?.rows[0] ?? emptyRow();
    expect(row.time).toBe('09:30');
    expect(stepOf(row, world, NOW)).toEqual({ step, faults: [] });
    expect(sheetOfJson(JSON.stringify({ title: 'a', steps: [step] }))?.steps).toEqual([step]);
    expect(sheetOfJson('{"title":"a","steps":[{"title":"b","commands":[1]}]}')).toBeNull();
    expect(draftOfTable([['x']], 'y')).toBeNull();
    expect(rowOf({ title: 'a', planned_at_ms: 0 }, NOW).time).toMatch(/^19/);
  });

  it('read times as people and sheets write them', () => {
    expect(timeOf('9:05', NOW)).toBe(new Date(2026, 10, 23, 9, 5).getTime());
    expect(timeOf('2026-11-24 14:00', NOW)).toBe(new Date(2026, 10, 24, 14, 0).getTime());
    expect(timeOf('', NOW)).toBeNull();
    expect(timeOf('25:00', NOW)).toBeUndefined();
    expect(cellText(0.5)).toBe('12:00');
    expect(cellText(new Date(Date.UTC(1899, 11, 31, 8, 30)))).toBe('08:30');
    expect(detailsOf({ title: '', text: '★重要\n灯光:发言\n备注' })).toEqual({ site: '', lights: '发言', important: true, note: '备注' });
  });
});

describe('times', () => {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- Only what is read is made.
  const at = (next: number, atMs: number, title = 's') => ({ at_ms: atMs, desk: { next_step: next, run_sheet: { title, steps: [] } } }) as unknown as ConferenceSnapshot;

  it('are noted step by step and forgotten when going back or loading another', () => {
    const one = follow({}, at(0, 1), at(1, 60_000));
    expect(one).toEqual({ 0: 60_000 });
    expect(follow(one, at(1, 2), at(5, 3))).toBe(one);
    expect(follow(one, at(1, 2), at(0, 3))).toEqual({});
    expect(follow(one, at(1, 2), at(0, 3, 't'))).toEqual({});
    expect([overText(125_000), overText(-60_000), overText(9000)]).toEqual(['+2′', '−1′', '±0′']);
  });
});
