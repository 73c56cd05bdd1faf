import { expect, test } from 'vitest';
import type { ShadowSample } from '../contract/front-api.ts';
import { ShadowTally, shadowPauseMs, shadowSamplesMax, shadowsInFlightMax } from './shadow-tally.ts';

const NOW = 1_000_000;
const sample = (at: number): ShadowSample => ({
  ...{ at, requestId: 'r', method: 'GET', path: '/', differs: ['body'], headers: [], body: null },
  status: { live: 200, shadow: 200 },
});

test('as many copies are under way as may be, and one more is skipped until one has ended', () => {
  const tally = new ShadowTally('v', 10_000);
  const begun = Array.from({ length: shadowsInFlightMax + 1 }, () => tally.begin(NOW));
  expect(begun).toEqual([...Array(shadowsInFlightMax).fill(true), false]);
  tally.end();
  expect([tally.begin(NOW), tally.begin(NOW)]).toEqual([true, false]);
  expect(tally.report('fn').skipped).toEqual({ busy: 2, body: 0 });
});

test('a shadow that could not be started is left alone for a while', () => {
  const tally = new ShadowTally('v', 10_000);
  tally.pause(NOW);
  expect([tally.begin(NOW + shadowPauseMs - 1), tally.begin(NOW + shadowPauseMs)]).toEqual([false, true]);
});

test('the newest samples are kept, and one past the bound goes', () => {
  const tally = new ShadowTally('v', 10_000);
  for (let at = 0; at <= shadowSamplesMax; at += 1) tally.settle(['body'], true, sample(at), NOW);
  tally.settle([], false, undefined, NOW);
  const { samples, compared, same, different, bodiesSkipped } = tally.report('fn');
  expect([samples.length, samples[0]?.at]).toEqual([shadowSamplesMax, 1]);
  expect([compared, same, different.body, bodiesSkipped]).toEqual([
    ...[shadowSamplesMax + 2, 1, shadowSamplesMax + 1, 1],
  ]);
});

test.each([
  [0, 0, false],
  [1, 0.99, true],
  [1, 1, false],
  [10_000, 9_999.99, true],
])('of a share of %s basis points the draw %s has a copy: %s', (shareBp, draw, copied) => {
  expect(new ShadowTally('v', shareBp).draws(draw)).toBe(copied);
});
