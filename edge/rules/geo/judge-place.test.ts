import { expect, test } from 'vitest';
import type { Geo } from '../../contract/geo.ts';
import { refusalOf } from './judge-access.ts';
import { judgePlace, matchesPlace } from './judge-place.ts';

const BERLIN: Geo = {
  ...{ country: 'DE', continent: 'EU', isEUCountry: '1', region: 'Berlin', regionCode: 'BE' },
  ...{ latitude: '52.52', longitude: '13.405' },
};
const NEW_YORK: Geo = {
  country: 'US',
  continent: 'NA',
  regionCode: 'NY',
  latitude: '40.71',
  longitude: '-74.01',
};
const SOMEWHERE_IN_GERMANY: Geo = { country: 'DE', continent: 'EU', isEUCountry: '1' };
const near = { latitude: 52.4, longitude: 13.07, km: 30 };

test.each([
  [{ countries: ['FR', 'DE'] }, 'inside', 'outside', 'inside', 'unknown'],
  [{ continents: ['EU'] }, 'inside', 'outside', 'inside', 'unknown'],
  [{ regions: ['DE-BE'] }, 'inside', 'outside', 'unknown', 'unknown'],
  [{ regions: ['US-NY', 'US-CA'] }, 'outside', 'inside', 'outside', 'unknown'],
  [{ eu: true }, 'inside', 'outside', 'inside', 'unknown'],
  [{ within: near }, 'inside', 'outside', 'unknown', 'unknown'],
  [{ countries: ['US'], regions: ['DE-BE'] }, 'inside', 'inside', 'unknown', 'unknown'],
  [{ countries: ['DE'], within: near }, 'inside', 'outside', 'inside', 'unknown'],
] as const)('%j: Berlin is %s, New York %s, somewhere in Germany %s, and nobody %s', (place, ...verdicts) => {
  const geos = [BERLIN, NEW_YORK, SOMEWHERE_IN_GERMANY, null];
  expect(geos.map((geo) => judgePlace(place, geo))).toEqual(verdicts);
  expect(geos.map((geo) => matchesPlace(place, geo))).toEqual(
    verdicts.map((verdict) => verdict === 'inside'),
  );
});

const rules = { headers: false } as const;
const germany = { countries: ['DE'] };

test.each([
  ['allow, and unknown is denied', { ...rules, allow: germany, unknown: 'deny' }, [true, false, false]],
  ['allow, and unknown is allowed', { ...rules, allow: germany, unknown: 'allow' }, [true, false, true]],
  ['deny, and unknown is allowed', { ...rules, deny: germany, unknown: 'allow' }, [false, true, true]],
  ['deny, and unknown is denied', { ...rules, deny: germany, unknown: 'deny' }, [false, true, false]],
  [
    'both: who is on both is denied',
    { ...rules, allow: { continents: ['EU', 'NA'] }, deny: germany, unknown: 'deny' },
    [false, true, false],
  ],
] as const)('%s', (_, entry, open) => {
  expect([BERLIN, NEW_YORK, null].map((geo) => refusalOf(entry, geo) === undefined)).toEqual(open);
});
