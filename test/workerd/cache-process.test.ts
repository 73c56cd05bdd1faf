// Goal: the cache never gives what is not so: not after a purge, a break, a restart, nor to another function.
// Method: the real process, and what a front would say to it.

import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import {
  cacheEntryBytesMax,
  cacheEntryTagsMax,
  cacheFieldsBytesMax,
  cacheInlineBytesMax,
  cacheVariantsMax,
} from '../../control/cache/limits.ts';
import { varyLengthMax } from '../../edge/http-cache/match-vary.ts';
import { answered, type CacheReply, placeOf, useCache } from '../support/use-cache.ts';
import { waitFor } from '../support/wait-for.ts';

const large = 'x'.repeat(cacheInlineBytesMax + 1);
const leaseOf = ({ answer }: CacheReply): string => String((answer.lease as { id: string } | undefined)?.id);

test('small and large bodies come back as they were, whole and in part', async () => {
  const { keep, look } = await useCache();
  for (const [key, body] of [
    ['small', 'hällo'],
    ['large', large],
    ['empty', ''],
  ] as const) {
    expect((await keep(placeOf(key), body)).answer).toEqual({ done: true });
    const whole = await look(placeOf(key));
    expect([whole.status, whole.body === body, whole.answer.hit]).toEqual([200, true, 'fresh']);
  }
  const part = await look(placeOf('large'), { range: 'bytes=-2' });
  expect([part.status, part.body, part.headers['content-range']]).toEqual([
    206,
    'xx',
    'bytes 65535-65536/65537',
  ]);
  const beyond = await look(placeOf('large'), { range: 'bytes=65537-' });
  expect([beyond.status, beyond.headers['content-range']]).toEqual([416, 'bytes */65537']);
});

test('a body that breaks off is not kept and leaves no file, and whoever waits asks in its place', async () => {
  const { look, say, storeDir, cache } = await useCache();
  const files = (): string[] => readdirSync(join(storeDir, 'bodies'));
  const lease = leaseOf(await look(placeOf('broken')));
  const body = new PassThrough();
  const storing = say('PUT', { do: 'store', lease, answered: answered(), bytes: null }, {}, body).catch(
    String,
  );
  body.write('x'.repeat(cacheInlineBytesMax * 2));
  await waitFor('a piece to have come', () => files().length === 1);
  const waiting = look(placeOf('broken'), {}, 10_000);
  await waitFor('somebody to wait', async () => (await cache.status()).collapsed === 1);
  body.destroy(new Error('broken'));
  expect(await storing).toContain('broken');
  const next = await waiting;
  expect([next.answer.miss, next.answer.collapsed, next.answer.lease]).toEqual([
    'uri-miss',
    true,
    expect.anything(),
  ]);
  expect(files()).toEqual([]);
});

test('a body without its end is not kept: another length than was said, or a stream without the mark', async () => {
  const { look, say, storeDir } = await useCache();
  const tries = [
    { bytes: 5, body: () => 'four' },
    { bytes: null, body: () => 'without a mark' },
    { bytes: null, body: (lease: string) => `${lease}x` },
    { bytes: null, body: (lease: string) => large + lease.slice(1) },
  ];
  for (const { bytes, body } of tries) {
    const lease = leaseOf(await look(placeOf('short')));
    const told = await say('PUT', { do: 'store', lease, answered: answered(), bytes }, {}, body(lease));
    expect([told.status, told.answer.failed]).toEqual([400, 'The body broke off.']);
  }
  for (const whole of ['', 'small', large]) {
    const place = placeOf(`whole ${whole.length}`);
    const lease = leaseOf(await look(place));
    await say('PUT', { do: 'store', lease, answered: answered(), bytes: null }, {}, whole + lease);
    expect((await look(place)).body === whole).toBe(true);
  }
  expect(readdirSync(join(storeDir, 'bodies'))).toHaveLength(1);
});

test('one past each limit is not kept, or pushes out what was there before', async () => {
  const { keep, look } = await useCache(8 * 1024 * 1024);
  // A quarter of the cache is less than what an entry may have otherwise.
  const most = 2 * 1024 * 1024;
  expect(most).toBeLessThan(cacheEntryBytesMax);
  expect((await keep(placeOf('most'), 'x'.repeat(most))).status).toBe(201);
  const more = await keep(placeOf('more'), 'x'.repeat(most + 1));
  expect([more.status, more.answer.failed]).toEqual([413, 'The body is too large.']);
  const fields = [
    ['cache-control', 'max-age=60'],
    ['x-long', 'x'.repeat(cacheFieldsBytesMax)],
  ] as const;
  expect((await keep(placeOf('fields'), '', { fields })).status).toBe(413);
  // Four of the largest do not fit beside one another with their heads.
  for (const key of ['b', 'c', 'd']) await keep(placeOf(key), 'x'.repeat(most));
  expect((await look(placeOf('most'), {}, null)).answer.miss).toBe('uri-miss');
  expect((await look(placeOf('d'), {}, null)).answer.hit).toBe('fresh');
});

test('as many answers of one key are kept as may be, and each is for whom Vary says', async () => {
  const { look, say } = await useCache();
  const vary = [
    ['cache-control', 'max-age=60'],
    ['vary', 'X-Who'],
  ] as const;
  for (let who = 0; who <= cacheVariantsMax; who += 1) {
    const lease = leaseOf(await look(placeOf('v'), { 'x-who': String(who) }));
    await say(
      'PUT',
      { do: 'store', lease, answered: answered({ fields: vary }), bytes: `for ${who}`.length },
      {},
      `for ${who}`,
    );
  }
  const asked = async (who: number): Promise<unknown> => {
    const { answer, body } = await look(placeOf('v'), { 'x-who': String(who) }, null);
    return 'miss' in answer ? answer.miss : body;
  };
  expect([await asked(0), await asked(1), await asked(cacheVariantsMax)]).toEqual([
    'vary-miss',
    'for 1',
    `for ${cacheVariantsMax}`,
  ]);
});

test('what Vary names of a request is kept up to its limit, and counts in what the cache takes', async () => {
  const { look, say, cache } = await useCache();
  const fields = [
    ['cache-control', 'max-age=60'],
    ['vary', 'Accept-Language'],
  ] as const;
  const kept = async (language: string): Promise<[number, number]> => {
    const before = (await cache.status()).bytes;
    const lease = leaseOf(await look(placeOf('v'), { 'accept-language': language }));
    const { status } = await say(
      'PUT',
      { do: 'store', lease, answered: answered({ fields }), bytes: 1 },
      {},
      'x',
    );
    return [status, (await cache.status()).bytes - before];
  };
  expect(await kept('x'.repeat(varyLengthMax + 1))).toEqual([413, 0]);
  const [status, bytes] = await kept('x'.repeat(varyLengthMax));
  expect(status).toBe(201);
  expect(bytes).toBeGreaterThan(2 * varyLengthMax);
});

test('what a purge names is not kept afterwards either, if it was asked for or received before', async () => {
  const { look, say, cache } = await useCache();
  const leases: string[] = [];
  for (const key of ['asked', 'coming', 'other']) leases.push(leaseOf(await look(placeOf(key))));
  const body = new PassThrough();
  const coming = say(
    'PUT',
    { do: 'store', lease: String(leases[1]), answered: answered(), bytes: 4 },
    {},
    body,
  );
  body.write('half');
  expect(await cache.purge({ function: 'fn_1', urls: ['a.test/asked', 'a.test/coming'] })).toBe(0);
  body.end();
  const asked = await say(
    'PUT',
    { do: 'store', lease: String(leases[0]), answered: answered(), bytes: 1 },
    {},
    'x',
  );
  for (const { status, answer } of [asked, await coming])
    expect([status, answer.failed]).toEqual([409, 'It was purged meanwhile.']);
  expect(
    (await say('PUT', { do: 'store', lease: String(leases[2]), answered: answered(), bytes: 1 }, {}, 'x'))
      .status,
  ).toBe(201);
});

test('an entry is of one function and no other, and tags beyond the limit are left out', async () => {
  const { keep, look, cache } = await useCache();
  const tags = Array.from({ length: cacheEntryTagsMax + 1 }, (_, at) => `t${at}`);
  await keep(placeOf('k'), 'of one', { tags });
  const tries = [
    placeOf('k', { function: 'fn_2' }),
    placeOf('k', { function: 'fn_1\nk' }),
    placeOf('fn_1\nk', { function: 'fn_2\nrule' }),
    placeOf('', { function: 'fn_1\nk' }),
  ];
  for (const place of tries) expect((await look(place, {}, null)).answer.miss).toBe('uri-miss');
  expect(await cache.purge({ tags: [`t${cacheEntryTagsMax}`] })).toBe(0);
  expect(await cache.purge({ project: 'other', tags: ['t0'] })).toBe(0);
  expect(await cache.purge({ project: 'shop', tags: ['t0'] })).toBe(1);
});

test('a lease that is brought back late is stored, and one that nobody waits for long is taken over', async () => {
  const { look, say } = await useCache();
  const first = leaseOf(await look(placeOf('late'), {}, 50));
  // It waits as long as its rule says, and then asks by itself. Were it later than that itself, it would take the lease over.
  const second = await look(placeOf('late'), {}, 500);
  expect([second.answer.miss, second.answer.collapsed]).toEqual(['uri-miss', true]);
  const third = await look(placeOf('late'), {}, 50);
  expect(third.answer.lease).toBeDefined();
  const waiting = look(placeOf('late'), {}, 10_000);
  expect(
    (await say('PUT', { do: 'store', lease: first, answered: answered(), bytes: 4 }, {}, 'late')).status,
  ).toBe(201);
  expect((await waiting).body).toBe('late');
});

test('the next process has what the one before has stored, which gives nothing any more', async () => {
  const { keep, look, next, runDir, cache, storeDir } = await useCache();
  await keep(placeOf('small'), 'small');
  await keep(placeOf('large'), large);
  const before = runDir.readRecords();
  // As a control that has gone.
  cache.release();
  const successor = await next();
  await successor.start(before);
  expect((await look(placeOf('small'))).body).toBe('small');
  expect((await look(placeOf('large'))).body === large).toBe(true);
  expect(await successor.purge({ everything: true })).toBe(2);
  await waitFor('the first to end', () => !cache.running);
  expect((await look(placeOf('small'), {}, null)).answer.miss).toBe('uri-miss');
  expect(readdirSync(join(storeDir, 'bodies'))).toEqual([]);
});

test('a store that is damaged is begun anew', async () => {
  const { keep, look, next, cache, storeDir, runDir } = await useCache();
  await keep(placeOf('large'), large);
  await cache.close(5000);
  writeFileSync(join(storeDir, 'index.db'), 'no database');
  const successor = await next();
  await successor.start(runDir.readRecords());
  expect((await look(placeOf('large'), {}, null)).answer.miss).toBe('uri-miss');
  expect(existsSync(join(storeDir, 'bodies'))).toBe(true);
  expect(readdirSync(join(storeDir, 'bodies'))).toEqual([]);
});
