import { describe, expect, it } from 'vitest';

import { retryPauseMs } from './whep';

describe('WHEP retries', () => {
  it('grow, are jittered and end at eight seconds', () => {
    expect(retryPauseMs(0, 1)).toBe(500);
    expect(retryPauseMs(3, 1)).toBe(4000);
    expect(retryPauseMs(50, 1)).toBe(8000);
    expect(retryPauseMs(50, 0)).toBe(4000);
  });
});
