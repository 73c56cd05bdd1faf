import { expect, test } from 'vitest';
import { pickVersion } from './pick-version.ts';

const deployment = [
  { version: 'new', shareBp: 1 },
  { version: 'cordoned', shareBp: 0 },
  { version: 'old', shareBp: 9_999 },
];

test.each([
  [0, 'new'],
  [0.99, 'new'],
  [1, 'old'],
  [9_999.99, 'old'],
])('draw %s gets %s', (draw, version) => {
  expect(pickVersion(deployment, draw)).toBe(version);
});

test('nothing deployed gives nothing', () => {
  expect(pickVersion([], 0)).toBeUndefined();
});
