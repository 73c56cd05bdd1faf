import { describe, expect, it } from 'vitest';
import { cfOf, pretendVisitor, visitorNotices } from './visitor.ts';

describe('cfOf', () => {
  it('tells country, continent and the European Union', () => {
    expect(cfOf('de')).toEqual({ country: 'DE', continent: 'EU', isEUCountry: '1' });
    expect(cfOf('BR')).toEqual({ country: 'BR', continent: 'SA' });
  });

  it.each(['', 'D', 'DEU', 'ZZ', 'Germany', 'D E'])('refuses %j, which is no country', (geo) => {
    expect(() => cfOf(geo)).toThrow(`The country to pretend is "${geo}"`);
  });
});

describe('pretendVisitor', () => {
  it('leaves what is not pretended as it is', () => {
    expect(pretendVisitor({})).toEqual({ ip: null, geo: null });
  });

  it('has the country and the address', () => {
    expect(pretendVisitor({ geo: 'FR', ip: '2001:db8::7' })).toEqual({
      ip: '2001:db8::7',
      geo: { country: 'FR', continent: 'EU', isEUCountry: '1' },
    });
  });

  it.each(['localhost', '300.1.1.1', '1.2.3.4\r\nx: y'])('refuses %j, which is no address', (ip) => {
    expect(() => pretendVisitor({ ip })).toThrow('The address to pretend is');
  });
});

it('says once what is pretended', () => {
  expect(visitorNotices({})).toEqual([]);
  expect(visitorNotices({ geo: 'de', ip: '203.0.113.7' })).toEqual([
    expect.stringContaining('a visitor from DE'),
    expect.stringContaining('203.0.113.7, whoever asks'),
  ]);
});
