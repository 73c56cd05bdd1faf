// Goal: a limit of rules is exact over the fronts of a machine, whatever becomes of control or of a front meanwhile.
// Method: a real platform, 50 connections that send as fast as they can, with an address of their own in a header.

import { Agent, request } from 'node:http';
import { availableParallelism } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runPage } from '../support/run-page.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();
const code = `export default () => new Response('served');`;
const limit = 100;
const key = 'header:x-client';
const kinds = {
  fixed: { algorithm: 'fixed', limit, window: 86_400 },
  sliding: { algorithm: 'sliding', limit, window: 60 },
  bucket: { algorithm: 'token_bucket', burst: limit, rate: 0.002 },
} as const;

interface Counters {
  readonly rate_limits: readonly {
    name: string;
    allowed: number;
    refused: number;
    asked: number;
    keys: number;
  }[];
}

const create = (name: string, figures: object): Promise<unknown> =>
  platform.create(name, code, { rules: { rate_limits: [{ name: 'clients', by: key, ...figures }] } });

const counters = async (name: string) =>
  (await platform.api<Counters>('GET', `/functions/${name}/rate-limits`)).body.rate_limits[0];

function useConnections() {
  const agent = new Agent({ keepAlive: true, maxSockets: 50 });
  onTestFinished(() => agent.destroy());
  const one = (name: string, client: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { host: `${name}.localhost`, 'x-client': client };
      const sent = request({ port: platform.edgePort, agent, headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.on('error', reject);
      sent.end();
    });
  /** How many of `count` requests were let through; all others were refused, or their connection broke off. */
  return async (name: string, client: string, count: number, mayBreak = false): Promise<number> => {
    const replies = await Promise.all(
      Array.from({ length: count }, () => one(name, client).catch((error) => error as Error)),
    );
    const odd = replies.filter((reply) => reply !== 200 && reply !== 429);
    if (!mayBreak) expect(odd).toEqual([]);
    return replies.filter((reply) => reply === 200).length;
  };
}

const fronts = () => platform.processes().filter(({ kind }) => kind === 'front');

test('docs/rate-limits.md', async () => {
  const { compared } = await runPage('rate-limits.md', platform);
  expect(compared).toBe(4);
});

describe.each(Object.entries(kinds))('%s', (name, figures) => {
  test('1000 requests on 50 connections: exactly 100 pass, of each client', async () => {
    await create(name, figures);
    expect(fronts().length).toBe(availableParallelism());
    const send = useConnections();
    const [a, b] = await Promise.all([send(name, 'a', 1000), send(name, 'b', 500)]);
    expect([a, b]).toEqual([limit, limit]);
    expect(await counters(name)).toMatchObject({ name: 'clients', allowed: 200, refused: 1300, keys: 2 });
  });

  test('whoever is let in again has the whole limit, and nobody else has', async () => {
    const send = useConnections();
    expect((await platform.api('DELETE', `/functions/${name}/rate-limits/clients/a`)).status).toBe(200);
    const [a, b] = await Promise.all([send(name, 'a', 300), send(name, 'b', 50)]);
    expect([a, b]).toEqual([limit, 0]);
    expect((await platform.api('DELETE', `/functions/${name}/rate-limits/clients/nobody`)).status).toBe(404);
    expect((await platform.api('DELETE', `/functions/${name}/rate-limits/other/a`)).status).toBe(404);
  });
});

test('while control is away each front has its share, and when it is back what is left of the limit', async () => {
  const send = useConnections();
  let passed = await send('fixed', 'c', 20);
  await platform.end('SIGUSR2');
  passed += await send('fixed', 'c', 500);
  expect(passed).toBeGreaterThanOrEqual(limit / fronts().length);
  expect(passed).toBeLessThanOrEqual(limit);
  await platform.start();
  await waitFor('the fronts to ask control again', async () => {
    passed += await send('fixed', 'c', 200);
    return passed >= limit;
  });
  expect(passed + (await send('fixed', 'c', 200))).toBe(limit);
});

test('a front that is killed takes what it had left along, and its successor lets nobody in twice', async () => {
  const send = useConnections();
  let passed = await send('sliding', 'd', 80);
  const [front] = fronts();
  const before = fronts().length;
  process.kill(front?.pid ?? 0, 'SIGKILL');
  passed += await send('sliding', 'd', 300, true);
  await waitFor(
    'another front in its place',
    () => fronts().length === before && fronts().every(({ pid }) => pid !== front?.pid),
  );
  passed += await send('sliding', 'd', 500, true);
  expect(passed).toBeGreaterThanOrEqual(80);
  expect(passed).toBeLessThanOrEqual(limit);
});
