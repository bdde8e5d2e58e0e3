import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';

import type { ConferenceSnapshot } from '../../api/mcu';
import { startI18n } from '../../i18n';
import { changesOf } from './difference';
import { cardsText, daysSince, parseCards, usualCards } from './plan';

const site = (id: string, mic: string, seated = true, kind = 'branch') => ({ site: id, name: id, name_en: id, mic, seated, kind });
// oxlint-disable-next-line typescript/consistent-type-assertions -- Only what is read is made.
const snapshot = { title: '会议', sites: [site('m', 'open'), site('a', 'open'), site('b', 'closed', false), site('x', 'closed', true, 'executive')], main_site: 'm', forced: null, program: { kind: 'site', site: 'm' }, settings: { slate: null, locked: true, free_view: false, overlays: [] }, speech: {} } as unknown as ConferenceSnapshot;
const names = (id: string): string => id;

beforeAll(startI18n);

describe('plans', () => {
  it('say what they would change', () => {
    const changes = changesOf(i18next.t, [{ cmd: 'mute_all', args: {} }, { cmd: 'lock', args: {} }, { cmd: 'cancel_broadcast', args: {} }, { cmd: 'call_all_absent', args: {} }, { cmd: 'take', args: {} }], snapshot, names);
    expect(changes.map((change) => change.same)).toEqual([false, true, true, false, false]);
    expect(changes[0]?.now).toContain('a');
    expect(changes[0]?.now).not.toContain('m');
  });

  it('survive a file', () => {
    const cards = usualCards(snapshot, (key) => ({ title: key, trigger: '', expect: '' }));
    expect(cards).toHaveLength(7);
    expect(parseCards(cardsText(cards))).toEqual(cards);
    expect(parseCards('{"plans":[{"name":"a","title":"b","commands":[1]}]}')).toBeNull();
    expect(parseCards('[')).toBeNull();
  });

  it('count days since they were rehearsed', () => {
    expect(daysSince('2026-11-20', new Date(2026, 10, 23, 12).getTime())).toBe(3);
    expect(daysSince('', 0)).toBeNull();
  });
});
