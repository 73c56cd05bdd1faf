import { expect, test } from 'vitest';
import { RegionFaults, regionAvoidedMs, regionFaultsMax } from './region-faults.ts';

test('a region is avoided after some failures in a row, then tried again, and avoided at once if that fails', () => {
  const faults = new RegionFaults();
  for (let failure = 1; failure < regionFaultsMax; failure += 1) faults.failed('a', 'cut off', 0);
  expect(faults.avoided('a', 0)).toBeUndefined();
  faults.failed('a', 'cut off', 0);
  expect(faults.avoided('a', regionAvoidedMs - 1)).toBe('cut off');
  expect(faults.avoided('b', 0)).toBeUndefined();
  expect(faults.avoided('a', regionAvoidedMs)).toBeUndefined();
  faults.failed('a', 'still', regionAvoidedMs);
  expect(faults.avoided('a', regionAvoidedMs + 1)).toBe('still');
});

test('an answer in between makes the failures none, and a region that is gone is forgotten', () => {
  const faults = new RegionFaults();
  for (let request = 0; request < 10; request += 1) {
    faults.failed('a', 'x', 0);
    faults.answered('a');
  }
  expect(faults.avoided('a', 0)).toBeUndefined();
  for (let failure = 0; failure < regionFaultsMax; failure += 1) faults.failed('a', 'x', 0);
  faults.keep(new Set(['b']));
  expect(faults.avoided('a', 0)).toBeUndefined();
});
