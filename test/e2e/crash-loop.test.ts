// A function that crashes again and again is held back, says so, and is itself again after one good deploy.

import { expect, test } from 'vitest';
import { crashLoopAt } from '../../control/plan/crash-history.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

interface Shown {
  readonly status: string;
  readonly crashes: {
    count: number;
    loop: boolean;
    code: string;
    reason: string;
    last_output: string;
    next_start_at: string | null;
  } | null;
}

const fragile = `export default { async fetch(request) {
  if (new URL(request.url).pathname !== '/die') return new Response('alive');
  console.log('about to die');
  process.exit(3);
} };`;

const show = async (platform: TestPlatform): Promise<Shown> =>
  (await platform.api<Shown>('GET', '/functions/fragile')).body;

const instancePid = (platform: TestPlatform): number | undefined =>
  platform.processes().find(({ kind }) => kind === 'instance')?.pid;

/** Ends the instance as a fault in workerd would, and waits until control has seen it. */
async function crash(platform: TestPlatform, count: number): Promise<void> {
  await waitFor('an instance', async () => {
    const { status } = await platform.call('fragile');
    return status === 200 && instancePid(platform) !== undefined;
  });
  process.kill(instancePid(platform) ?? 0, 'SIGSEGV');
  await waitFor('the crash to be counted', async () => (await show(platform)).crashes?.count === count);
}

test('a crash loop is held back, visible with its cause, and cleared by a deploy', async () => {
  const platform = await useSelvedge();
  await platform.create('fragile', fragile);
  expect((await show(platform)).crashes).toBeNull();
  for (let count = 1; count <= crashLoopAt; count += 1) await crash(platform, count);

  const failed = await show(platform);
  expect(failed.status).toBe('failed');
  expect(failed.crashes).toMatchObject({ loop: true, code: 'FN_004' });
  expect(failed.crashes?.next_start_at).not.toBeNull();
  const refused = await platform.call('fragile');
  expect(refused.status).toBe(503);
  expect(refused.headers['x-selvedge-error']).toBe('FN_008');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(refused.text).toContain(`${crashLoopAt} times in a row`);
  const { body } = await platform.api<{ functions: { name: string }[] }>('GET', '/functions?status=failed');
  expect(body.functions.map(({ name }) => name)).toEqual(['fragile']);

  expect((await platform.api('POST', '/functions/fragile/deploy')).status).toBe(200);
  expect(await show(platform)).toMatchObject({ status: 'deployed', crashes: null });
  expect(await platform.call('fragile')).toMatchObject({ status: 200, text: 'alive' });
}, 60_000);

test('the state outlives control, and an instance that lives clears it', async () => {
  const platform = await useSelvedge();
  await platform.create('fragile', fragile);
  for (let count = 1; count <= crashLoopAt; count += 1) await crash(platform, count);
  await waitFor('the status', async () => (await show(platform)).status === 'failed');
  await platform.end('SIGKILL');
  await platform.start();
  expect((await show(platform)).status).toBe('failed');
  expect(await platform.call('fragile')).toMatchObject({ status: 200, text: 'alive' });
  await waitFor('the proof', async () => (await show(platform)).status === 'deployed', 30_000);
}, 90_000);
