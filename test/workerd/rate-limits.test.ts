// Goal: the limits of rules hold in the built router, at one front and at several, and answers tell of them.
// Method: real fronts; what lends between them is control's own code, behind a server of the test.

import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { rateLimitsSchema } from '../../control/model/rules/rate-limits.ts';
import { compileRateLimits } from '../../control/plan/rules/compile-rate-limits.ts';
import { LoanOffice } from '../../control/platform/limits/loan-office.ts';
import type { LendAnswer, LimiterCounters, LoanRequest } from '../../edge/contract/front-api.ts';
import type { RoutingTable } from '../../edge/contract/routing-table.ts';
import { anEntry, aTable, errorOf, type Reply, type RunningFront, useFront } from '../support/use-front.ts';
import { useGate } from '../support/use-gate.ts';

const hour = { algorithm: 'fixed', window: 3600 };
const tableWith = (limiters: readonly object[], changes: object = {}): RoutingTable =>
  aTable([
    anEntry({
      public: true,
      rules: { rate_limits: compileRateLimits(rateLimitsSchema.parse(limiters)) },
      ...changes,
    }),
  ]);

async function useOne(limiters: readonly object[], changes: object = {}): Promise<RunningFront> {
  const front = await useFront(tableWith(limiters, changes));
  await front.slot(0, (_, response) => response.end('served'));
  return front;
}

/** With an office of control between them, which the answer can close. */
async function useTwo(limiters: readonly object[]): Promise<RunningFront[]> {
  const table = tableWith(limiters);
  const fronts = await Promise.all(['0/2/0', '1/2/0'].map((seat) => useFront(table, undefined, seat)));
  const office = new LoanOffice(() =>
    fronts.map((front, seat) => ({
      seat,
      lend: async (question) =>
        JSON.parse(
          (await front.askPrivate({ method: 'POST', path: '/limits/lend', body: JSON.stringify(question) }))
            .body,
        ) as LendAnswer,
    })),
  );
  for (const front of fronts) {
    await front.slot(0, (_, response) => response.end('served'));
    await front.control(async (incoming, response) => {
      if (incoming.url !== '/limits/borrow') return void response.writeHead(404).end('{}');
      const question = JSON.parse(await text(incoming)) as LoanRequest;
      response.end(JSON.stringify(await office.borrow(question)));
    });
  }
  return fronts;
}

const passed = (replies: readonly Reply[]): number => replies.filter(({ status }) => status === 200).length;
const byKey = (key: string) => ({ headers: { 'x-key': key } });

describe.each([
  ['fixed', { ...hour, limit: 20 }],
  ['sliding', { ...hour, algorithm: 'sliding', limit: 20 }],
  ['token_bucket', { algorithm: 'token_bucket', burst: 20, rate: 0.001 }],
])('%s', (_, figures) => {
  const limiter = { name: 'l', by: 'header:x-key', ...figures };

  test('lets exactly the limit through over two fronts, wherever the requests come', async () => {
    const [first, second] = (await useTwo([limiter])) as [RunningFront, RunningFront];
    const all = await Promise.all(
      Array.from({ length: 60 }, (_unused, n) => (n % 3 === 0 ? second : first).ask(byKey('a'))),
    );
    expect(passed(all)).toBe(20);
    const atOne = await Promise.all(Array.from({ length: 30 }, () => second.ask(byKey('b'))));
    expect(passed(atOne)).toBe(20);
    // One after the other, and now here, now there.
    const inTurn: Reply[] = [];
    for (let n = 0; n < 24; n += 1) inTurn.push(await (n % 2 ? first : second).ask(byKey('c')));
    expect(inTurn.map(({ status }) => status)).toEqual([...Array(20).fill(200), ...Array(4).fill(429)]);
  });

  test('without control each front lets its own share through, and no more', async () => {
    const table = tableWith([limiter]);
    const fronts = await Promise.all(['0/2/0', '1/2/0'].map((seat) => useFront(table, undefined, seat)));
    for (const front of fronts) {
      await front.slot(0, (_unused, response) => response.end('served'));
      const replies = await Promise.all(Array.from({ length: 15 }, () => front.ask(byKey('a'))));
      expect(passed(replies)).toBe(10);
    }
  });
});

test('a refusal says which limit it was, and when to come again', async () => {
  const front = await useOne([{ ...hour, name: 'hourly', limit: 1 }]);
  const first = await front.ask();
  const refused = await front.ask();
  expect(first.headers['ratelimit-policy']).toBe('"hourly";q=1;w=3600');
  expect(first.headers.ratelimit).toMatch(/^"hourly";r=0;t=\d+$/);
  expect(refused.status).toBe(429);
  const after = Number(refused.headers['retry-after']);
  expect(after).toBeGreaterThan(0);
  expect(after).toBeLessThanOrEqual(3600);
  expect(refused.headers).toMatchObject({
    'x-selvedge-error': 'FN_007',
    'ratelimit-policy': '"hourly";q=1;w=3600',
    ratelimit: `"hourly";r=0;t=${after}`,
  });
  expect(errorOf(refused)).toEqual({
    code: 'FN_007',
    message: `The rate limit "hourly" lets 1 requests in 3600 s through by ip, and they have been taken. Try again in ${after} s.`,
  });
});

test('of several limiters all are named, the tightest is shown, and whoever is refused by one is counted by none', async () => {
  const front = await useOne([
    { ...hour, name: 'wide', limit: 10, by: 'global' },
    { ...hour, name: 'tight', limit: 2, by: 'header:x-key' },
  ]);
  const { headers } = await front.ask(byKey('a'));
  expect(headers['ratelimit-policy']).toBe('"wide";q=10;w=3600, "tight";q=2;w=3600');
  expect(headers.ratelimit).toMatch(/^"tight";r=1;t=/);
  await front.ask(byKey('a'));
  for (let n = 0; n < 5; n += 1) expect((await front.ask(byKey('a'))).status).toBe(429);
  const others = await Promise.all(Array.from({ length: 9 }, (_, n) => front.ask(byKey(`other ${n}`))));
  expect(passed(others)).toBe(8);
});

test('nothing is said where there is no limit, or where its owner wants nothing said', async () => {
  const front = await useOne([
    { ...hour, name: 'quiet', limit: 5, headers: false },
    { ...hour, name: 'elsewhere', limit: 1, paths: ['/login', '/api/*'], methods: ['POST'] },
  ]);
  for (let n = 0; n < 3; n += 1) {
    const { status, headers } = await front.ask({ path: '/api/a' });
    expect([status, headers.ratelimit, headers['ratelimit-policy']]).toEqual([200, undefined, undefined]);
  }
  const post = (path: string): Promise<Reply> => front.ask({ path, method: 'POST' });
  expect((await post('/api/a?b')).headers.ratelimit).toMatch(/^"elsewhere";r=0/);
  expect((await post('/login')).status).toBe(429);
});

test('a request without a key is counted with others like it, not counted, or refused, as its owner decides', async () => {
  const limiter = { ...hour, limit: 1, by: 'header:x-key' };
  const shared = await useOne([{ ...limiter, name: 'shared' }]);
  expect([(await shared.ask()).status, (await shared.ask()).status]).toEqual([200, 429]);
  const skipped = await useOne([{ ...limiter, name: 'skipped', missing: 'skip' }]);
  expect([(await skipped.ask()).status, (await skipped.ask()).status]).toEqual([200, 200]);
  const strict = await useOne([{ ...limiter, name: 'strict', missing: 'refuse' }]);
  const refused = await strict.ask();
  expect([refused.status, errorOf(refused)]).toEqual([
    400,
    {
      code: 'FN_006',
      message: 'The rate limit "strict" counts requests by header:x-key, and this one lacks it: send it.',
    },
  ]);
});

test('only limiters with before_auth count those whom auth turns away', async () => {
  const late = await useOne([{ ...hour, name: 'late', limit: 1 }], { public: false });
  for (let n = 0; n < 3; n += 1) expect((await late.ask()).status).toBe(401);
  const early = await useOne([{ ...hour, name: 'early', limit: 1, before_auth: true }], { public: false });
  const guesses = [await early.ask(), await early.ask()];
  expect(guesses.map(({ status }) => status)).toEqual([401, 429]);
});

test('what has been counted stays counted when the table changes, and begins anew when the limit does', async () => {
  const limiter = { ...hour, name: 'l', limit: 1 };
  const front = await useOne([limiter]);
  expect((await front.ask()).status).toBe(200);
  await front.put({ ...tableWith([{ ...limiter, status: 503 }]), generation: 2 });
  expect((await front.ask()).status).toBe(503);
  await front.put({ ...tableWith([{ ...limiter, limit: 2 }]), generation: 3 });
  expect((await front.ask()).status).toBe(200);
});

test('control is told what was counted, and can let somebody in again', async () => {
  const front = await useOne([{ ...hour, name: 'l', limit: 2, by: ['header:x-key', 'path'] }]);
  for (let n = 0; n < 3; n += 1) await front.ask(byKey('a|b'));
  await front.ask(byKey('c'));
  const entryId = Object.keys(tableWith([{ ...hour, name: 'l', limit: 2 }]).functions)[0] ?? '';
  const counters = JSON.parse((await front.askPrivate({ path: `/limits/of/${entryId}` })).body);
  expect(counters satisfies LimiterCounters[]).toMatchObject([
    { name: 'l', allowed: 3, refused: 1, keys: 2 },
  ]);
  const reset = async (key: string): Promise<unknown> =>
    JSON.parse(
      (
        await front.askPrivate({
          method: 'POST',
          path: '/limits/reset',
          body: JSON.stringify({ function: entryId, name: 'l', key }),
        })
      ).body,
    );
  expect(await reset('nobody')).toEqual({ known: false });
  expect(await reset('a%7Cb|/')).toEqual({ known: true });
  expect((await front.ask(byKey('a|b'))).status).toBe(200);
});

test('no spelling of a path is uncounted', async () => {
  const gate = await useGate({
    rate_limits: [{ name: 'guesses', algorithm: 'fixed', limit: 1, window: 3600, paths: ['/login'] }],
  });
  expect((await gate.ask({ path: '/login' })).status).toBe(200);
  for (const path of ['/login', '/./login', '//login', '/x/%2e%2e/login', '/%6cogin', '/x\\..\\login'])
    expect([path, (await gate.ask({ path })).status]).toEqual([path, 429]);
  expect((await gate.ask({ path: '/other' })).status).toBe(200);
});
