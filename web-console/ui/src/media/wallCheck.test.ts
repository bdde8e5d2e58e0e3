import { describe, expect, it } from 'vitest';

import { DIFFERENCE_MS, judge } from './wallCheck';
import type { Reading } from './wallCheck';

const START: Reading = { agreement: 'unread', differsSinceMs: null };

describe('wall agreement', () => {
  it('matches at once when picture and list agree', () => {
    expect(judge(START, 7, 7, 100).agreement).toBe('match');
  });

  it('checks for two seconds before it says that they differ', () => {
    const first = judge(START, 6, 7, 100);
    expect(first.agreement).toBe('checking');
    const later = judge(first, null, 7, 100 + DIFFERENCE_MS);
    expect(later.agreement).toBe('checking');
    expect(judge(later, 6, 7, 101 + DIFFERENCE_MS).agreement).toBe('mismatch');
  });

  it('forgets a difference that was mended, and says nothing without a picture', () => {
    const bad = judge(judge(START, 6, 7, 0), 6, 7, 5000);
    expect(bad.agreement).toBe('mismatch');
    expect(judge(bad, 7, 7, 5001)).toEqual({ agreement: 'match', differsSinceMs: null });
    expect(judge(bad, undefined, 7, 5001)).toEqual(START);
  });
});
