import { expect, it } from 'vitest';

import { askedOf, standing } from './lease';

it('knows whose an area is and who asks for it', () => {
  const mine = { holder: 'a', since_ms: 0, wanted_by: 'b' };
  expect([standing(null, 'a'), standing(mine, 'a'), standing(mine, 'b')]).toEqual(['free', 'mine', 'others']);
  expect(askedOf({ picture: mine, sound: { holder: 'b', since_ms: 0, wanted_by: 'a' } }, 'a')).toEqual(['picture']);
});
