// The section `cache` as it is set: defaults, and one past each limit.

import { expect, test } from 'vitest';
import { compileCache } from '../../plan/rules/compile-cache.ts';
import { cachePurgeSchema, purgeNamesMax } from '../cache-purge.ts';
import {
  cacheCollapseSeconds,
  cacheKeyNamesMax,
  cacheSchema,
  cacheSecondsMax,
  cacheTagsMax,
} from './cache.ts';

const faults = (rules: object): string[] =>
  cacheSchema.safeParse(rules).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];
const many = (count: number): string[] => Array.from({ length: count }, (_, at) => `n${at}`);

test('an empty section keeps what functions say themselves, each version for itself', () => {
  expect(compileCache(cacheSchema.parse({}))).toEqual({
    storing: {
      ...{ ttl: null, statuses: {}, ignoreOrigin: false },
      ...{ staleWhileRevalidate: 0, staleIfError: 0, dropCookies: false },
    },
    browserTtl: null,
    key: {
      ...{ query: null, headers: [], cookies: [] },
      ...{ country: false, device: false, identity: false, version: true },
    },
    methods: ['GET', 'HEAD'],
    tags: [],
    bypass: { cookies: [], headers: [] },
    collapseMs: 5000,
    heeds: false,
  });
});

test('names of headers are in lower case for the router, and sorted without repetition', () => {
  const { key } = compileCache(
    cacheSchema.parse({ key: { query: ['b', 'a', 'b'], headers: ['X-B', 'x-a'], cookies: ['B'] } }),
  );
  expect([key.query, key.headers, key.cookies]).toEqual([['a', 'b'], ['x-a', 'x-b'], ['B']]);
  expect(compileCache(cacheSchema.parse({ key: { query: 'none' } })).key.query).toEqual([]);
});

test.each<[string, object]>([
  ['ttl', { ttl: cacheSecondsMax + 1 }],
  ['ttl', { ttl: -1 }],
  ['browser_ttl', { browser_ttl: 1.5 }],
  ['statuses.199', { statuses: { 199: 1 } }],
  ['statuses.600', { statuses: { 600: 1 } }],
  ['collapse', { collapse: cacheCollapseSeconds.max + 0.1 }],
  ['tags', { tags: many(cacheTagsMax + 1) }],
  ['tags.0', { tags: ['a,b'] }],
  ['tags.0', { tags: ['x'.repeat(257)] }],
  ['key.headers', { key: { headers: many(cacheKeyNamesMax + 1) } }],
  ['key.headers.0', { key: { headers: ['a b'] } }],
  ['bypass.cookies.0', { bypass: { cookies: ['a=b'] } }],
  ['methods.0', { methods: ['POST'] }],
  ['methods', { methods: [] }],
  ['', { ttl: 1, unknown: true }],
])('%s is refused in %j', (path, rules) => {
  expect(faults(rules).map((fault) => fault.split(' ')[0])).toContain(path);
});

test('at the limits it is taken', () => {
  const rules = { ttl: cacheSecondsMax, collapse: cacheCollapseSeconds.max, tags: many(cacheTagsMax) };
  expect(
    faults({ ...rules, key: { headers: many(cacheKeyNamesMax) }, statuses: { 200: 0, 599: 1 } }),
  ).toEqual([]);
});

test('what ignores the origin must say for how long', () => {
  expect(faults({ ignore_origin: true })).toEqual([
    'ignore_origin is true, so that nothing says how long answers are fresh: set "ttl" or "statuses"',
  ]);
  expect(faults({ ignore_origin: true, ttl: 1 })).toEqual([]);
});

test('a purge is by exactly one way, of so many names, and of URLs in one form', () => {
  const refused = (purge: object): boolean => !cachePurgeSchema.safeParse(purge).success;
  expect([{}, { tags: [] }, { tags: ['a'], everything: true }, { everything: false }].map(refused)).toEqual([
    ...[true, true, true, true],
  ]);
  expect([refused({ tags: many(purgeNamesMax) }), refused({ tags: many(purgeNamesMax + 1) })]).toEqual([
    false,
    true,
  ]);
  expect(refused({ urls: ['http://'] })).toBe(true);
  const urls = ['https://Shop.test:8080/a b?c=d#e', 'shop.test', 'HTTP://shop.test/%41'];
  expect(cachePurgeSchema.parse({ urls }).urls).toEqual([
    'shop.test:8080/a%20b?c=d',
    'shop.test/',
    'shop.test/%41',
  ]);
});
