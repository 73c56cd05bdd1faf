import { expect, test } from 'vitest';
import { distanceKm } from './measure-distance.ts';

const BERLIN = { latitude: 52.52, longitude: 13.405 };
const SYDNEY = { latitude: -33.8688, longitude: 151.2093 };

test('distances are those of the globe', () => {
  expect(Math.round(distanceKm(BERLIN, { latitude: 48.8566, longitude: 2.3522 }))).toBe(877);
  expect(Math.round(distanceKm(BERLIN, SYDNEY))).toBe(16_094);
  expect(distanceKm(BERLIN, BERLIN)).toBe(0);
});

test('the date line is no wall, and opposite points are half a turn apart', () => {
  const km = distanceKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 });
  expect(Math.round(km)).toBe(111);
  expect(Math.round(distanceKm({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 }))).toBe(
    20_015,
  );
});
