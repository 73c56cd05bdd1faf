// What RFC 9111 and a rule say of storing, case by case.

import { describe, expect, test } from 'vitest';
import { judgeReuse, standsIn, ttlOf } from './entry-times.ts';
import { type Answered, judgeStoring, type StoringRule } from './judge-storing.ts';

const now = Date.parse('2026-11-28T12:00:00Z');
const rule: StoringRule = {
  ttl: null,
  statuses: {},
  ignoreOrigin: false,
  staleWhileRevalidate: 0,
  staleIfError: 0,
  dropCookies: false,
};

const judge = (
  fields: Record<string, string>,
  { status = 200, method = 'GET', personal = false }: Partial<Answered> = {},
  more: Partial<StoringRule> = {},
) =>
  judgeStoring(
    { method, status, fields: Object.entries(fields), personal, askedAt: now, answeredAt: now },
    { ...rule, ...more },
  );

/** Seconds of freshness that are left, or why it is not stored. */
const outcome = (...[fields, answered, more]: Parameters<typeof judge>): number | string => {
  const judged = judge(fields, answered, more);
  return judged.refused ?? ttlOf(judged.times, now) / 1000;
};

test.each<[string, Record<string, string>, number | string]>([
  ['s-maxage before max-age', { 'cache-control': 'max-age=60, s-maxage=5' }, 5],
  [
    'max-age before Expires',
    { 'cache-control': 'MAX-AGE="60"', expires: 'Sat, 28 Nov 2026 13:00:00 GMT' },
    60,
  ],
  [
    'Expires less Date',
    { expires: 'Sat, 28 Nov 2026 12:01:00 GMT', date: 'Sat, 28 Nov 2026 12:00:00 GMT' },
    60,
  ],
  ['an Expires that is no date', { expires: '0' }, 'stale'],
  ['an age', { 'cache-control': 'max-age=60', age: '20' }, 40],
  ['an age that is no number', { 'cache-control': 'max-age=60', age: '1x' }, 'stale'],
  ['the shorter of two times', { 'cache-control': 'max-age=60, max-age=10' }, 10],
  ['a max-age that is no number', { 'cache-control': 'max-age=ten' }, 'stale'],
  ['max-age within quotes of another', { 'cache-control': 'x="a, max-age=9", max-age=60' }, 60],
  ['the longest time', { 'cache-control': 'max-age=99999999999' }, 2_147_483_648],
  ['CDN-Cache-Control alone', { 'cache-control': 'no-store', 'cdn-cache-control': 'max-age=7' }, 7],
  ['no-store', { 'cache-control': 'max-age=60, No-Store' }, 'no-store'],
  ['private', { 'cache-control': 'max-age=60, private' }, 'private'],
  ['nothing', {}, 'no-freshness'],
  ['Last-Modified alone', { 'last-modified': 'Sat, 28 Nov 2020 12:00:00 GMT' }, 'no-freshness'],
  ['no-cache without a validator', { 'cache-control': 'no-cache' }, 'stale'],
  ['no-cache with one', { 'cache-control': 'no-cache', etag: '"a"' }, 0],
  ['Set-Cookie', { 'cache-control': 'max-age=60', 'set-cookie': 'a=b' }, 'set-cookie'],
  [
    'Set-Cookie that is named',
    { 'cache-control': 'max-age=60, private="Set-Cookie"', 'set-cookie': 'a=b' },
    60,
  ],
  ['Vary: *', { 'cache-control': 'max-age=60', vary: 'a, *' }, 'vary-all'],
  ['events', { 'cache-control': 'max-age=60', 'content-type': 'text/event-stream;x' }, 'event-stream'],
])('%s', (_, fields, expected) => {
  expect(outcome(fields)).toBe(expected);
});

describe('by status', () => {
  test.each([
    [200, 60],
    [404, 'no-freshness'],
    [500, 'no-freshness'],
    [206, 'status-206'],
    [304, 'status-304'],
  ])('%i with a ttl of the rule', (status, expected) => {
    expect(outcome({}, { status }, { ttl: 60 })).toBe(expected);
  });

  test('a status that the rule names, before its ttl', () => {
    expect(outcome({}, { status: 404 }, { ttl: 60, statuses: { 404: 5 } })).toBe(5);
  });

  test('must-understand stores what it knows despite no-store, and nothing else', () => {
    const fields = { 'cache-control': 'max-age=60, must-understand, no-store' };
    expect(outcome(fields)).toBe(60);
    expect(outcome(fields, { status: 299 })).toBe('no-store');
  });

  test('only GET', () => {
    expect(outcome({ 'cache-control': 'max-age=60' }, { method: 'HEAD' })).toBe('method');
  });
});

test("a rule that ignores the origin keeps what says no-store, and drops no visitor's cookie by itself", () => {
  const fields = { 'cache-control': 'no-store, max-age=1' };
  expect(outcome(fields, {}, { ignoreOrigin: true, ttl: 60 })).toBe(60);
  expect(outcome({ ...fields, 'set-cookie': 'a=b' }, {}, { ignoreOrigin: true, ttl: 60 })).toBe('set-cookie');
  expect(
    outcome({ ...fields, 'set-cookie': 'a=b' }, {}, { ignoreOrigin: true, ttl: 60, dropCookies: true }),
  ).toBe(60);
});

test.each(['public, max-age=60', 's-maxage=60', 'max-age=60, must-revalidate'])(
  'what is personal is kept with %s, and not without',
  (control) => {
    expect(outcome({ 'cache-control': control }, { personal: true })).toBe(60);
    expect(outcome({ 'cache-control': 'max-age=60' }, { personal: true })).toBe('authorization');
  },
);

describe('after its time', () => {
  const times = (control: string, more: Partial<StoringRule> = {}) => {
    const judged = judge({ 'cache-control': control, etag: '"a"' }, {}, more);
    if (judged.refused !== undefined) throw new Error(judged.refused);
    return judged.times;
  };
  const later = (seconds: number): number => now + seconds * 1000;

  test('fresh, then used while it is asked about, then asked about first', () => {
    const kept = times('max-age=10, stale-while-revalidate=5');
    expect([9, 10, 14, 15].map((s) => judgeReuse(kept, later(s), undefined))).toEqual([
      'fresh',
      'stale-while-revalidate',
      'stale-while-revalidate',
      'revalidate',
    ]);
  });

  test('stands in for an error as long as it may, and never with a directive that forbids it', () => {
    const rules = { staleIfError: 30, staleWhileRevalidate: 30 };
    expect([39, 40].map((s) => standsIn(times('max-age=10', rules), later(s)))).toEqual([true, false]);
    for (const strict of ['must-revalidate', 'proxy-revalidate', 'no-cache', 's-maxage=10'])
      expect(standsIn(times(`max-age=10, ${strict}`, rules), later(11)), strict).toBe(false);
    expect(standsIn(times('s-maxage=10, stale-if-error=30'), later(11))).toBe(true);
    expect(judgeReuse(times('max-age=10, must-revalidate', rules), later(11), undefined)).toBe('revalidate');
  });

  test('a client that is heeded wants it younger, fresher for longer, or takes it stale', () => {
    const kept = times('max-age=10', { staleIfError: 0 });
    const client = (name: string, value: string | true = true) => new Map([[name, value]]);
    expect(judgeReuse(kept, later(5), client('no-cache'))).toBe('revalidate');
    expect(judgeReuse(kept, later(5), client('max-age', '4'))).toBe('revalidate');
    expect(judgeReuse(kept, later(5), client('max-age', '6'))).toBe('fresh');
    expect(judgeReuse(kept, later(5), client('min-fresh', '6'))).toBe('revalidate');
    expect(judgeReuse(kept, later(12), client('max-stale', '3'))).toBe('fresh');
    expect(judgeReuse(kept, later(14), client('max-stale', '3'))).toBe('revalidate');
    expect(judgeReuse(times('max-age=10, must-revalidate'), later(12), client('max-stale'))).toBe(
      'revalidate',
    );
  });
});
