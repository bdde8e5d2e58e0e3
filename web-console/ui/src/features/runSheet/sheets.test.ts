import { describe, expect, it } from 'vitest';

import { nameOfSheet, readSheet, usualOf } from './sheets';

describe('kept run sheets', () => {
  it('learn how long a step takes, and keep what they knew', () => {
    expect(usualOf({ 0: 1000, 1: 61_000, 3: 90_000 }, 4, [5, 7, 9])).toEqual([60, 7, 9, null]);
  });

  it('are read as the server sends them', () => {
    const value = { sheet: { title: '月度/例会', steps: [{ title: '开场', text: '', planned_at_ms: null, commands: [] }] }, usual_s: [30, null] };
    expect(readSheet(value)).toEqual({ name: '月度-例会', sheet: value.sheet, usual: [30, null] });
    expect(readSheet({ sheet: { title: 'a' } })).toBeNull();
    expect(nameOfSheet(' a ')).toBe('a');
  });
});
