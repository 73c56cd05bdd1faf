import { expect, test } from 'vitest';
import { geoTextLengthMax, readRecord } from './read-record.ts';

test('a record of DB-IP, flat', () => {
  expect(
    readRecord({
      ...{ country_code: 'DE', state1: 'Lower Saxony', state2: '', city: 'Hanover', postcode: '30159' },
      ...{ latitude: 52.38610076904297, longitude: 9.809539794921875, timezone: '' },
    }),
  ).toEqual({
    ...{ country: 'DE', region: 'Lower Saxony', city: 'Hanover', postalCode: '30159' },
    ...{ latitude: '52.3861', longitude: '9.8095' },
  });
});

test('a record of MaxMind, nested', () => {
  expect(
    readRecord({
      country: { iso_code: 'US', names: { en: 'United States' } },
      continent: { code: 'NA' },
      subdivisions: [{ iso_code: 'CA', names: { en: 'California', de: 'Kalifornien' } }],
      city: { names: { en: 'Mountain View' } },
      postal: { code: '94043' },
      location: { latitude: 37.386, longitude: -122.0838, time_zone: 'America/Los_Angeles' },
    }),
  ).toEqual({
    ...{ country: 'US', continent: 'NA', region: 'California', regionCode: 'CA', city: 'Mountain View' },
    ...{ postalCode: '94043', latitude: '37.386', longitude: '-122.0838', timezone: 'America/Los_Angeles' },
  });
});

test('a network', () => {
  expect(
    readRecord({ autonomous_system_number: 13335, autonomous_system_organization: 'Cloudflare' }),
  ).toEqual({
    ...{ asn: 13335, asOrganization: 'Cloudflare' },
  });
});

test.each([
  ...[undefined, null, 7, 'DE', [], {}, { country_code: 'Germany' }, { country_code: 7 }, { country: 'DE' }],
  ...[{ latitude: 91, longitude: 1 }, { latitude: 1 }, { latitude: '1', longitude: '1' }, { city: '' }],
  ...[{ autonomous_system_number: -1 }, { subdivisions: 'x' }, { city: { names: 7 } }],
])('nothing is made of %j', (record) => {
  expect(readRecord(record)).toEqual({});
});

test('a name that is one longer than may be is cut', () => {
  expect(readRecord({ city: 'x'.repeat(geoTextLengthMax + 1) }).city).toBe('x'.repeat(geoTextLengthMax));
});
