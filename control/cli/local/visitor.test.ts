import { describe, expect, it } from 'vitest';
import { cfOf, visitorHeaders, visitorNotices } from './visitor.ts';

describe('cfOf', () => {
  it('tells country, continent and the European Union', () => {
    expect(cfOf('de')).toEqual({ country: 'DE', continent: 'EU', isEUCountry: '1' });
    expect(cfOf('BR')).toEqual({ country: 'BR', continent: 'SA' });
  });

  it.each(['', 'D', 'DEU', 'ZZ', 'Germany', 'D E'])('refuses %j, which is no country', (geo) => {
    expect(() => cfOf(geo)).toThrow(`The country to pretend is "${geo}"`);
  });
});

describe('visitorHeaders', () => {
  it('takes a forged request.cf off where none is pretended', () => {
    expect(visitorHeaders({}, 'cf')).toEqual([{ name: 'cf' }]);
  });

  it('gives the country and the address to every request', () => {
    expect(visitorHeaders({ geo: 'FR', ip: '2001:db8::7' }, 'cf')).toEqual([
      { name: 'cf', value: '{"country":"FR","continent":"EU","isEUCountry":"1"}' },
      { name: 'cf-connecting-ip', value: '2001:db8::7' },
      { name: 'x-real-ip', value: '2001:db8::7' },
      { name: 'x-forwarded-for', value: '2001:db8::7' },
    ]);
  });

  it.each(['localhost', '300.1.1.1', '1.2.3.4\r\nx: y'])('refuses %j, which is no address', (ip) => {
    expect(() => visitorHeaders({ ip }, 'cf')).toThrow('The address to pretend is');
  });
});

it('says once what is so here only', () => {
  expect(visitorNotices({})).toEqual([]);
  expect(visitorNotices({ geo: 'de', ip: '203.0.113.7' })).toEqual([
    expect.stringContaining('the platform does not fill request.cf yet'),
    expect.stringContaining('the platform does not set them'),
  ]);
});
