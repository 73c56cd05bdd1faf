import { expect, test } from 'vitest';
import { geoHeaders } from './geo-headers.ts';

test('what is known has a header each, and all of it one', () => {
  const geo = { country: 'PL', region: 'Łódź', city: 'Łódź, 100%', latitude: '51.7592', asn: 5617 } as const;
  const headers = new Headers(geoHeaders(geo).map(({ name, value }) => [name, String(value)]));
  expect(Object.fromEntries(headers)).toEqual({
    'x-selvedge-geo': expect.stringMatching(/^[\x20-\x7e]+$/),
    'x-selvedge-geo-country': 'PL',
    'x-selvedge-geo-region': '%C5%81%C3%B3d%C5%BA',
    'x-selvedge-geo-city': '%C5%81%C3%B3d%C5%BA, 100%25',
    'x-selvedge-geo-latitude': '51.7592',
    'x-selvedge-geo-asn': '5617',
  });
  expect(JSON.parse(String(headers.get('x-selvedge-geo')))).toEqual(geo);
  expect(decodeURIComponent(String(headers.get('x-selvedge-geo-city')))).toBe(geo.city);
});

test('nothing is said of whom nothing is known', () => {
  expect(geoHeaders(null)).toEqual([]);
});

test('half a letter and what ends a header are escaped too', () => {
  const [json, city] = geoHeaders({ city: 'a\ud800\r\nx-evil: 1' });
  expect(json?.value).toMatch(/^[\x20-\x7e]+$/);
  expect(city?.value).toMatch(/^[\x20-\x7e]+$/);
});
