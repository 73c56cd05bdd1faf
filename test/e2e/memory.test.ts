// Goal: `memory` holds for everything that a function can fill, and only the one that exceeds it is ended.
// Method: one function knows every way to take memory. It takes too much in each, with 64 and with 128 MB, while
// an honest neighbour is called without pause; by the means that this machine has, and by polling.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pollMs } from '../../control/resources/polling.ts';
import { memoryOverheadMb } from '../../control/resources/resources.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const hungry = readFileSync(join(import.meta.dirname, '../fixtures/functions/hungry/index.js'), 'utf8');
const honest = `export default { fetch() { return new Response('fine'); } };`;
const ways = ['heap', 'small-objects', 'maps', 'strings', 'buffers', 'one-buffer', 'wasm'];

const requestsOf = async (platform: TestPlatform, name: string): Promise<number> => {
  const { status, text } = await platform.call(name);
  expect({ name, status, text }).toMatchObject({ status: 200 });
  return (JSON.parse(text) as { requests: number }).requests;
};

/** Messages of FN_003 in the function's own log. */
async function memoryErrors(platform: TestPlatform, name: string): Promise<string[]> {
  const path = `/functions/${name}/logs?level=error&search=FN_003`;
  const { body } = await platform.api<{ logs: { kind: string; message: string }[] }>('GET', path);
  return body.logs.filter(({ kind }) => kind === 'error').map(({ message }) => message);
}

/** Calls the honest function without pause while `work` goes on; resolves with every status that was not 200. */
async function callHonestDuring(platform: TestPlatform, work: () => Promise<void>): Promise<number[]> {
  let going = true;
  const calls = (async () => {
    const failed: number[] = [];
    while (going) {
      const { status } = await platform.call('honest');
      if (status !== 200) failed.push(status);
    }
    return failed;
  })();
  try {
    await Promise.race([work(), calls]);
  } finally {
    going = false;
  }
  return calls;
}

describe.each([['auto'], ['polling']])('SELVEDGE_LIMITS=%s', (limits) => {
  test('however a function takes too much memory, it alone is ended, told why, and served by a new instance', async () => {
    const platform = await useSelvedge({ SELVEDGE_LIMITS: limits });
    await platform.create('honest', honest);
    const failed = await callHonestDuring(platform, async () => {
      for (const memory of [64, 128]) {
        for (const way of ways) {
          // Each has a function of its own, as one that exceeds a limit over and over is started more slowly.
          const name = `${way}-${memory}`;
          await platform.create(name, hungry, { memory });
          expect(await requestsOf(platform, name), name).toBe(1);
          const answer = await platform.call(name, `/${way}`, { method: 'POST' });
          expect([answer.status, answer.headers['x-selvedge-error']], name).toEqual([503, 'FN_003']);
          expect(answer.text, name).toContain(`memory of ${memory} MB`);
          expect(await requestsOf(platform, name), name).toBe(1);
          const errors = await waitFor(`${name} to be told why`, async () => {
            const found = await memoryErrors(platform, name);
            return found.length > 0 && found;
          });
          expect(errors[0], name).toContain(`memory of ${memory} MB`);
        }
      }
    });
    expect(failed).toEqual([]);
  });

  test.each([64, 128])(
    'with %i MB, buffers of one MB less live; with the overhead too they are ended',
    async (memory) => {
      const platform = await useSelvedge({ SELVEDGE_LIMITS: limits });
      await platform.create('hungry', hungry, { memory });
      for (const way of ['buffers', 'wasm']) {
        const before = await requestsOf(platform, 'hungry');
        const below = await platform.call('hungry', `/${way}?mb=${memory - 1}`, { method: 'POST' });
        expect(below, way).toMatchObject({ status: 200 });
        expect(await requestsOf(platform, 'hungry'), way).toBe(before + 2);
        const above = `/${way}?mb=${memory + memoryOverheadMb}&hold=${20 * pollMs}`;
        expect((await platform.call('hungry', above, { method: 'POST' })).status, way).toBeGreaterThanOrEqual(
          500,
        );
        await waitFor('its end to be told', async () => (await memoryErrors(platform, 'hungry')).length > 0);
      }
    },
  );

  test('a leak across requests ends the instance once, and the next request starts from nothing', async () => {
    const platform = await useSelvedge({ SELVEDGE_LIMITS: limits });
    await platform.create('hungry', hungry, { memory: 64 });
    let calls = 0;
    for (; calls < 64; calls += 1) {
      const { status } = await platform.call('hungry', '/buffers?mb=8', { method: 'POST' });
      if (status !== 200) break;
    }
    // 8 MB at a time, for the function and as the overhead; and what comes between two looks, when polling.
    expect(calls).toBeGreaterThanOrEqual(64 / 8);
    expect(calls).toBeLessThan(((64 + memoryOverheadMb) / 8) * 1.5);
    await waitFor('its end to be told', async () => (await memoryErrors(platform, 'hungry')).length === 1);
    expect(await requestsOf(platform, 'hungry')).toBe(1);
  });

  test('a function that only says hello lives with 64 MB while 100 clients call it', async () => {
    const platform = await useSelvedge({ SELVEDGE_LIMITS: limits });
    await platform.create('hello', honest, { memory: 64, scaling: { maxInstances: 1 } });
    const rounds = Array.from({ length: 100 }, async () => {
      const statuses: number[] = [];
      for (let n = 0; n < 80; n += 1) statuses.push((await platform.call('hello')).status);
      return statuses.filter((status) => status !== 200);
    });
    expect((await Promise.all(rounds)).flat()).toEqual([]);
    expect(await memoryErrors(platform, 'hello')).toEqual([]);
  });
});

test('a function that takes too much memory at its start is refused with the limit', async () => {
  const platform = await useSelvedge();
  const code = `const kept = []; for (;;) kept.push(new Uint8Array(1 << 20).fill(1)); export default { fetch() {} };`;
  const { status, body } = await platform.api<{ error: { code: string; message: string } }>(
    'POST',
    '/functions',
    { name: 'greedy', code, memory: 64 },
  );
  expect(status).toBe(422);
  expect(body.error).toMatchObject({ code: 'FN_005', message: expect.stringContaining('memory of 64 MB') });
});

test('an instance that an earlier control started keeps its limit, and its end is told by the next', async () => {
  const platform = await useSelvedge();
  await platform.create('hungry', hungry, { memory: 64 });
  await requestsOf(platform, 'hungry');
  await platform.end('SIGKILL');
  await platform.start();
  expect(await requestsOf(platform, 'hungry')).toBe(2);
  expect((await platform.call('hungry', '/buffers', { method: 'POST' })).status).toBeGreaterThanOrEqual(500);
  const [error] = await waitFor('its end to be told', async () => {
    const errors = await memoryErrors(platform, 'hungry');
    return errors.length > 0 && errors;
  });
  expect(error).toContain('memory of 64 MB');
});

test('how memory and processors are limited is told, and polling that nobody asked for is a problem', async () => {
  const auto = await useSelvedge();
  const polling = await useSelvedge({ SELVEDGE_LIMITS: 'polling' });
  type Info = { isolation: Record<string, string> };
  for (const [platform, words] of [
    [auto, /cgroup/],
    [polling, /looked at every 50 ms .* as SELVEDGE_LIMITS asks/],
  ] as const) {
    const { body } = await platform.api<Info>('GET', '/info');
    expect(body.isolation.memory).toMatch(words);
    expect(body.isolation.cpu).toMatch(/processors/);
  }
  const { body } = await polling.api<{ problems: string[] }>('GET', '/health');
  expect(body.problems).toEqual([]);
});
