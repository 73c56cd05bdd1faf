import { expect, test } from 'vitest';
import type { TokenPlace } from '../contract/rules/auth.ts';
import { readTokens, withoutParameters } from './read-token.ts';
import { bytesOfBase64, bytesOfHex, sameBytes, sameText } from './same-text.ts';

const bearer: TokenPlace = { in: 'header', name: 'authorization', bearer: true };
const cookie: TokenPlace = { in: 'cookie', name: 'token' };
const parameter: TokenPlace = { in: 'query', name: 'token' };
const read = (place: TokenPlace, headers: Record<string, string>, query = ''): string | undefined =>
  readTokens([place], { headers: new Headers(headers), query })[0]?.token;

test.each([
  [bearer, { authorization: 'Bearer abc' }, '', 'abc'],
  [bearer, { authorization: 'bearer  abc ' }, '', 'abc'],
  [bearer, { authorization: 'Basic abc' }, '', undefined],
  [bearer, { authorization: 'Bearer a b' }, '', undefined],
  [bearer, { authorization: 'Bearer' }, '', undefined],
  [{ in: 'header', name: 'x-token', bearer: false }, { 'x-token': 'abc' }, '', 'abc'],
  [{ in: 'header', name: 'x-token', bearer: false }, { 'x-token': '' }, '', undefined],
  [cookie, { cookie: 'a=1; token=abc; token=def' }, '', 'abc'],
  [cookie, { cookie: 'xtoken=abc' }, '', undefined],
  [cookie, { cookie: 'token' }, '', undefined],
  [parameter, {}, '?a=1&token=abc', 'abc'],
  [parameter, {}, '?token=a&token=b', undefined],
  [parameter, {}, '?t%6fken=abc', 'abc'],
  [parameter, {}, '', undefined],
] as const)('at %o of %o%s', (place, headers, query, token) => {
  expect(read(place, headers, query)).toBe(token);
});

test.each([
  ['http://a.test/x?token=1&b=%20c+d', 'http://a.test/x?b=%20c+d'],
  ['http://a.test/x?token=1', 'http://a.test/x'],
  ['http://a.test/x?t%6Fken=1&token&token=2&b', 'http://a.test/x?b'],
  ['http://a.test/x', 'http://a.test/x'],
  ['http://a.test/x?tokens=1', 'http://a.test/x?tokens=1'],
])('%s without its token is %s', (url, rest) => {
  expect(withoutParameters(url, ['token'])).toBe(rest);
});

test('texts are the same or not, whatever their length', async () => {
  expect([
    await sameText('a', 'a'),
    await sameText('a', 'b'),
    await sameText('a', 'aa'),
    await sameText('', ''),
  ]).toEqual([true, false, false, true]);
  const bytes = (...list: number[]): Uint8Array => new Uint8Array(list);
  expect([
    sameBytes(bytes(1, 2), bytes(1, 2)),
    sameBytes(bytes(1, 2), bytes(1, 3)),
    sameBytes(bytes(1), bytes(1, 2)),
  ]).toEqual([true, false, false]);
});

test('hex and base64 are read, and what is neither is told', () => {
  expect([bytesOfHex('00fF'), bytesOfHex('0'), bytesOfHex('zz'), bytesOfHex('')]).toEqual([
    new Uint8Array([0, 255]),
    undefined,
    undefined,
    new Uint8Array(),
  ]);
  expect([bytesOfBase64('-_8'), bytesOfBase64('+/8='), bytesOfBase64('*')]).toEqual([
    new Uint8Array([251, 255]),
    new Uint8Array([251, 255]),
    undefined,
  ]);
});
