import { expect, it } from 'vitest';

import { isGoodLimit, limitArgs } from './limit';

it('takes no time as no limit, which cannot end anything', () => {
  expect(limitArgs({ seconds: '', autoEnd: true })).toEqual({ seconds: null, auto_end: false });
  expect(limitArgs({ seconds: '300', autoEnd: true })).toEqual({ seconds: 300, auto_end: true });
});

it('knows what the MCU would refuse', () => {
  expect(['', '5', '7200', '4', '7201', 'x'].map((seconds) => isGoodLimit({ seconds, autoEnd: false }))).toEqual([true, true, true, false, false, false]);
});
