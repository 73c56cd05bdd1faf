import { expect, test } from 'vitest';
import { compileGeo } from '../../plan/rules/compile-geo.ts';
import { rulesSchema } from '../rules.ts';
import { placeNamesMax } from './place.ts';

const parse = (geo: unknown) => rulesSchema.safeParse({ geo });

test.each([
  [{ headers: true }, { headers: true, unknown: 'allow' }],
  [{ allow: { countries: ['DE'] } }, { headers: false, allow: { countries: ['DE'] }, unknown: 'deny' }],
  [{ deny: { continents: ['AN'] } }, { headers: false, deny: { continents: ['AN'] }, unknown: 'allow' }],
  [
    { allow: { regions: ['DE-BE', 'US-CA'], eu: true }, unknown: 'allow' },
    { headers: false, allow: { regions: ['DE-BE', 'US-CA'], eu: true }, unknown: 'allow' },
  ],
  [
    { headers: true, deny: { within: { latitude: 52.5, longitude: 13.4, km: 0.5 } }, unknown: 'deny' },
    { headers: true, deny: { within: { latitude: 52.5, longitude: 13.4, km: 0.5 } }, unknown: 'deny' },
  ],
])('%j is compiled to %j', (geo, entry) => {
  const { data } = parse(geo);
  expect(data?.geo && compileGeo(data.geo)).toEqual(entry);
});

test.each([
  [{}, 'asks for nothing'],
  [{ headers: false }, 'asks for nothing'],
  [{ headers: true, unknown: 'deny' }, 'refuses nobody'],
  [{ allow: {} }, 'must name a place'],
  [{ allow: { countries: [] } }, 'at least one'],
  [{ allow: { countries: ['de'] } }, 'ISO 3166-1'],
  [{ allow: { countries: ['XX'] } }, 'ISO 3166-1'],
  [{ allow: { countries: Array.from({ length: placeNamesMax + 1 }, () => 'DE') } }, '<=250'],
  [{ allow: { continents: ['Europe'] } }, 'AF'],
  [{ deny: { regions: ['Berlin'] } }, 'ISO 3166-2'],
  [{ deny: { regions: ['DE'] } }, 'ISO 3166-2'],
  [{ deny: { eu: false } }, 'true'],
  [{ deny: { within: { latitude: 91, longitude: 0, km: 1 } } }, '<=90'],
  [{ deny: { within: { latitude: 0, longitude: 181, km: 1 } } }, '<=180'],
  [{ deny: { within: { latitude: 0, longitude: 0, km: 0 } } }, '>0'],
  [{ deny: { within: { latitude: 0, longitude: 0, km: 20_039 } } }, '<=20038'],
  [{ deny: { within: { latitude: 0, longitude: 0 } } }, 'number'],
  [{ deny: { planets: ['Mars'] } }, 'planets'],
])('%j is refused: %s', (geo, message) => {
  const { success, error } = parse(geo);
  expect(success).toBe(false);
  expect(error?.message).toContain(message);
});
