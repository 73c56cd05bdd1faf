// Instances come with the first request, grow with load, stay within their bounds, and go when idle.

import { expect, test } from 'vitest';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const instances = (platform: TestPlatform): number =>
  platform.processes().filter(({ kind }) => kind === 'instance').length;
const slow = `export default { async fetch() { await scheduler.wait(400); return new Response('ok'); } };`;

test('an idle function has no instance, and the next request starts one', async () => {
  const platform = await useSelvedge();
  await platform.create('nap', `export default { fetch: () => new Response('up') };`, {
    scaling: { idleSeconds: 1 },
  });
  await platform.call('nap');
  await waitFor('the idle instance to go', () => instances(platform) === 0);
  const { body } = await platform.api<{ cold_start: boolean; response: string }>(
    'POST',
    '/functions/nap/invoke',
    {},
  );
  expect(body).toMatchObject({ cold_start: true, response: 'up' });
  const again = await platform.api<{ cold_start: boolean }>('POST', '/functions/nap/invoke', {});
  expect(again.body.cold_start).toBe(false);
});

test('minInstances are there without a request and outlast idleness', async () => {
  const platform = await useSelvedge();
  await platform.create('warm', slow, { scaling: { minInstances: 2, idleSeconds: 1 } });
  await waitFor('two instances', () => instances(platform) === 2);
  await platform.call('warm');
  await platform.call('warm');
  await platform.call('warm');
  expect(instances(platform)).toBe(2);
});

test('load above the target adds instances, up to maxInstances', async () => {
  const platform = await useSelvedge();
  await platform.create('grow', slow, { concurrency: 4, scaling: { maxInstances: 3, targetConcurrency: 2 } });
  const answers = await Promise.all(Array.from({ length: 40 }, () => platform.call('grow')));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(instances(platform)).toBeGreaterThan(1);
  expect(instances(platform)).toBeLessThanOrEqual(3);
});

test('a request beyond the queue is refused at once with 429, and those in the queue are served', async () => {
  const platform = await useSelvedge();
  await platform.create('queue', slow, { concurrency: 1, scaling: { maxInstances: 1, queueLength: 2 } });
  const answers = await Promise.all(Array.from({ length: 24 }, () => platform.call('queue')));
  const refused = answers.filter(({ status }) => status === 429);
  expect(refused.length).toBeGreaterThan(0);
  expect(
    refused.every(({ headers }) => headers['x-selvedge-error'] === 'FN_007' && headers['retry-after']),
  ).toBe(true);
  // Each front has a queue of its own: one at work or waiting to be, and two in the queue, in each.
  const served = answers.filter(({ status }) => status === 200);
  expect(served.length).toBeGreaterThanOrEqual(3);
  expect(served.length + refused.length).toBe(24);
});

test('a burst to a cold function shares one start', async () => {
  const platform = await useSelvedge();
  await platform.create('burst', `export default { fetch: () => new Response('ok') };`, {
    scaling: { idleSeconds: 1 },
  });
  await waitFor('the idle instance to go', () => instances(platform) === 0);
  const answers = await Promise.all(Array.from({ length: 50 }, () => platform.call('burst')));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(instances(platform)).toBe(1);
});
