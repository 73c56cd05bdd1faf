// Goal: a thousand requests at a time are held and answered, an instance runs no more handlers than it may whichever
// front they come from, and a rate holds over all fronts.
// Method: the real platform with a front for each core; every request on a connection of its own, so that the kernel
// spreads them.

import { expect, test } from 'vitest';
import { useSelvedge } from '../support/use-selvedge.ts';

const times = <T>(count: number, act: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => act(i));

test('1,000 requests at a time to one function with default settings are all answered', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'held',
    `export default { async fetch() { await scheduler.wait(200); return new Response('ok'); } };`,
  );
  const answers = await Promise.all(times(1000, () => platform.call('held')));
  const statuses = new Map<number, number>();
  for (const { status } of answers) statuses.set(status, (statuses.get(status) ?? 0) + 1);
  expect(statuses).toEqual(new Map([[200, 1000]]));
});

test('with a concurrency of 1 no two requests run together in an instance, from all fronts', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'single',
    `let running = 0;
    export default { async fetch() {
      running++; const together = running;
      await scheduler.wait(5);
      running--; return new Response(String(together));
    } };`,
    { concurrency: 1, scaling: { maxInstances: 1 } },
  );
  const answers = await Promise.all(times(100, () => platform.call('single')));
  expect(answers.map(({ status, text }) => [status, text])).toEqual(times(100, () => [200, '1']));
});

test('a rate limit lets its number in over all fronts, by host and by invoke, and not one more', async () => {
  const platform = await useSelvedge();
  await platform.create('rated', `export default { fetch: () => new Response('ok') };`, {
    rate_limit: { requests: 20, seconds: 600 },
  });
  const answers = await Promise.all(times(40, () => platform.call('rated')));
  const taken = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(({ status }) => status === 429);
  expect([taken.length, refused.length]).toEqual([20, 20]);
  for (const { headers } of refused) {
    expect(headers['x-selvedge-error']).toBe('FN_007');
    expect(Number(headers['retry-after'])).toBeGreaterThan(500);
    expect(Number(headers['retry-after'])).toBeLessThanOrEqual(606);
  }
  const invoked = await platform.api<{ error?: { code: string } }>('POST', '/functions/rated/invoke', {});
  expect([invoked.status, invoked.body.error?.code]).toEqual([429, 'FN_007']);
});
