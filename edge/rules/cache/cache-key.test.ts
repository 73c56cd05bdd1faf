// Goal: two requests have one key exactly when they may have one answer.

import { expect, test } from 'vitest';
import type { CacheEntry } from '../../contract/rules/cache.ts';
import { userAgentSeenMax } from '../bots/judge-agent.ts';
import { geoHeaders } from '../geo/geo-headers.ts';
import { cacheKey, deviceOf, editsInKey, filteredUrl, type KeyParts, purgeUrl } from './cache-key.ts';

const rule: CacheEntry['key'] = {
  ...{ query: null, headers: [], cookies: [], country: false, device: false, identity: false, version: true },
};
const parts: KeyParts = {
  url: 'http://a.test/p?x=1&y=2',
  seenUrl: 'http://a.test/p?x=1&y=2',
  by: 'v1',
  function: 'fn_1',
  header: () => null,
  edits: [],
  country: null,
  identity: null,
};
const key = (more: Partial<KeyParts>, rules: Partial<CacheEntry['key']> = {}): string =>
  cacheKey({ ...rule, ...rules }, { ...parts, ...more });

test.each<[string, Partial<KeyParts>]>([
  ['another path', { url: 'http://a.test/q' }],
  ['another order of the query', { url: 'http://a.test/p?y=2&x=1' }],
  ['what a rewrite made of it', { seenUrl: 'http://a.test/other' }],
  ['another version', { by: 'v2' }],
  ['another function', { function: 'fn_2' }],
  ['a header that a rule adds for the function', { edits: [['set', 'x-variant', 'b']] }],
])('%s is another key', (_, more) => {
  expect(key(more)).not.toBe(key({}));
});

test('parts cannot be made to look like one another', () => {
  const a = key({ by: 'v1","fn_2' });
  const b = key({ by: 'v1', function: 'fn_2","fn_1' });
  expect(new Set([a, b, key({})]).size).toBe(3);
});

test('only named parameters count, in whatever order, each value of them', () => {
  const query = ['x', 'z'];
  const named = (url: string): string => key({ url, seenUrl: url }, { query });
  expect(named('http://a.test/p?y=1&x=1')).toBe(named('http://a.test/p?x=1&y=9'));
  expect(named('http://a.test/p?x=1&x=2')).not.toBe(named('http://a.test/p?x=2&x=1'));
  expect(named('http://a.test/p?z=1')).not.toBe(named('http://a.test/p?x=1'));
  expect(filteredUrl('http://a.test/p?x=a%26z%3D1', query)).toBe('http://a.test/p?x=a%26z%3D1');
  expect(filteredUrl('http://a.test/p?y=1', [])).toBe('http://a.test/p');
});

test('headers, cookies, country, device and identity count when the rule says so', () => {
  const header = (name: string): string | null =>
    ({ 'x-a': '1', cookie: 'b=2; a=1; a=3', 'user-agent': 'iPhone Mobile' })[name] ?? null;
  const all = { headers: ['x-a'], cookies: ['a'], country: true, device: true, identity: true };
  expect(key({ header, country: 'DE', identity: 'jwt ada' })).toBe(key({}));
  const full = JSON.parse(key({ header, country: 'DE', identity: 'jwt ada' }, all)) as unknown[];
  expect(full.slice(5)).toEqual([['1'], ['1'], 'DE', 'mobile', 'jwt ada']);
});

test.each(['x-forwarded-user', 'x-forwarded-prefix', 'cf-beta', 'if-plan', 'Range', 'x-selvedge-variant'])(
  'what a rule gives the function as %s tells answers apart',
  (name) => {
    const edits = (value: string): string[][] => editsInKey([{ op: 'set', name, value }]);
    expect(edits('ada')).toEqual([['set', name.toLowerCase(), 'ada']]);
    expect(key({ edits: edits('ada') })).not.toBe(key({ edits: edits('grace') }));
  },
);

test('where a visitor is tells nothing apart, though the function is told', () => {
  expect(editsInKey([...geoHeaders({ country: 'DE', city: 'Bonn' }), { op: 'remove', name: 'x-a' }])).toEqual(
    [['remove', 'x-a']],
  );
});

test('of what a browser calls itself the beginning is looked at', () => {
  expect(deviceOf(`${'Android'.repeat(8571)} Mobile ${'x'.repeat(60_000)}`)).toBe('tablet');
  // Each "Android" looked through all that is behind it, for 400 ms and more.
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64) ';
  const after = (length: number): string => `${firefox.padEnd(length, 'a ')}Mobile`;
  expect(deviceOf(after(userAgentSeenMax - 'Mobile'.length))).toBe('mobile');
  expect(deviceOf(after(userAgentSeenMax))).toBe('desktop');
});

test('devices by what browsers say of themselves', () => {
  expect(deviceOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile/15E148')).toBe('mobile');
  expect(deviceOf('Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile Safari/537.36')).toBe('mobile');
  expect(deviceOf('Mozilla/5.0 (Linux; Android 15; SM-X900) Safari/537.36')).toBe('tablet');
  expect(deviceOf('Mozilla/5.0 (iPad; CPU OS 18_0)')).toBe('tablet');
  expect(deviceOf('Mozilla/5.0 (X11; Linux x86_64)')).toBe('desktop');
  expect(deviceOf(null)).toBe('desktop');
});

test('a purge names a URL without its scheme and without parameters that do not count', () => {
  expect(purgeUrl('https://a.test:8080/p?q=1#x', null)).toBe('a.test:8080/p?q=1');
  expect(purgeUrl('http://a.test/p?q=1&utm=2', ['q'])).toBe('a.test/p?q=1');
});
