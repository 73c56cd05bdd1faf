import { expect, test } from 'vitest';
import { RegionCodes } from './region-codes.ts';

const codes = new RegionCodes([
  {
    debe: 'Berlin',
    deby: 'Bavaria',
    usca: 'California',
    usny: 'New York',
    kr11: 'Seoul',
    mxcmx: 'Mexico City',
    mxmex: 'State of Mexico',
  },
  { deby: 'Bayern', kr11: '서울특별시', usca: 'Kalifornien' },
]);

test.each([
  ['DE', 'Berlin', 'BE'],
  ['DE', 'Bayern', 'BY'],
  ['DE', 'bavaria', 'BY'],
  ['DE', 'Land Berlin', undefined],
  ['US', 'Berlin', undefined],
  ['US', 'New York State', 'NY'],
  ['US', 'District of Columbia', 'DC'],
  ['FR', 'Île-de-France', 'IDF'],
  ['MX', 'Mexico City', 'CMX'],
  ['XX', '', undefined],
])('in %s, %j has the code %s', (country, region, code) => {
  expect(codes.of(country, region)).toBe(code);
});
