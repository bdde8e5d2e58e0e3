import { describe, expect, it } from 'vitest';

import { bodyOf, draftOf, emptyDraft, withException, withSites } from './draft';
import type { Draft } from './draft';
import { clockOf, dayAfter, dayClockOf, dayOf, dayStart, weekdayOf } from './time';

const ZONE = 'Asia/Shanghai';
const AT = Date.parse('2026-11-23T16:30:00Z');

describe('times in the zone of the bookings', () => {
  it('are told whatever the browser’s own zone', () => {
    expect([dayOf(AT, ZONE), clockOf(AT, ZONE), dayClockOf(AT, ZONE)]).toEqual(['2026-11-24', '00:30', '11-24 00:30']);
    expect(dayStart('2026-11-24', ZONE)).toBe(Date.parse('2026-11-23T16:00:00Z'));
    expect(dayStart('2026-11-24', 'UTC')).toBe(Date.parse('2026-11-24T00:00:00Z'));
  });

  it('cross months and know Monday as the first day', () => {
    expect(dayAfter('2028-02-28', 1)).toBe('2028-02-29');
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
    expect([weekdayOf('2026-11-23'), weekdayOf('2026-11-29')]).toEqual([1, 7]);
  });
});

describe('drafts', () => {
  const draft = emptyDraft(['a', 'b', 'c'], '2026-11-23', '09:00');

  it('come back from what is sent', () => {
    const drafts: Draft[] = [
      draft,
      { ...draft, repeat: 'week', weekdays: [1, 3], count: 4 },
      { ...draft, repeat: 'month_day', monthDay: 31, ends: 'until', until: '2027-03-01' },
      { ...draft, repeat: 'month_weekday', nth: -1, weekday: 5 },
      { ...draft, repeat: 'workday', exceptions: [{ slot: '2026-11-24', moved_to: null }] },
    ];
    for (const one of drafts) expect(draftOf(bodyOf(one))).toEqual(one);
    expect(bodyOf(draft).recurrence).toBeNull();
  });

  it('keep sites in order and the main site among them', () => {
    const less = withSites(draft.meeting, new Set(['c', 'b']), ['a', 'b', 'c']);
    expect([less.sites, less.main_site]).toEqual([['b', 'c'], 'b']);
  });

  it('have one exception a day', () => {
    const once = withException(bodyOf(draft), '2026-11-24', null);
    expect(withException(once, '2026-11-24', '2026-11-25T10:00').exceptions).toEqual([{ slot: '2026-11-24', moved_to: '2026-11-25T10:00' }]);
  });
});
