import i18next from 'i18next';
import { beforeAll, describe, expect, it } from 'vitest';

import type { ConferenceSnapshot } from '../../api/mcu';
import { startI18n } from '../../i18n';
import { changesOf } from './difference';
import { cardOf, cardsText, daysSince, documentOf, parseCards, peopleOf, usualCards } from './plan';

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

  it('survive the library, people with their numbers', () => {
    const cards = usualCards(snapshot, (key) => ({ title: key, trigger: 'w', expect: 'e' })).map((card) => ({ ...card, call: '王科长 0735-1234567;李工', rehearsed: '2026-11-20' }));
    expect(cards.map((card) => cardOf(JSON.parse(JSON.stringify(documentOf(card)))))).toEqual(cards);
    expect(peopleOf('王科长:0735-1234567;李工;+86 138 0000 0000')).toEqual([
      { name: '王科长', telephone: '0735-1234567' },
      { name: '李工', telephone: '' },
      { name: '', telephone: '+86 138 0000 0000' },
    ]);
    expect(cardOf({ plan: 1 })).toBeNull();
    const triggered = { plan: { name: 'a', title: 'b', commands: [], trigger: { when: { cause: 'main_site_lost' }, for_s: 5 } }, when: '', people: [], expect: '', rehearsed: null };
    expect(cardOf(triggered)?.auto?.for_s).toBe(5);
  });

  it('count days since they were rehearsed', () => {
    expect(daysSince('2026-11-20', new Date(2026, 10, 23, 12).getTime())).toBe(3);
    expect(daysSince('', 0)).toBeNull();
  });
});
