// A machine without room for another instance stops what is idle, or says why it cannot, and never hangs.

import { expect, test } from 'vitest';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const hello = `export default { fetch: () => new Response('hi') };`;
const held = `export default { async fetch() { await scheduler.wait(20_000); return new Response('late'); } };`;

const instances = (platform: TestPlatform): number =>
  platform.processes().filter(({ kind }) => kind === 'instance').length;

/** Creates a function, again as long as the machine has no room for it. */
const createWithPatience = (platform: TestPlatform, name: string): Promise<boolean> =>
  waitFor(`room for ${name}`, async () => {
    const { status } = await platform.api('POST', '/functions', { name, code: hello, public: true });
    return status === 201;
  });

test('more functions than slots: the one called least recently makes room', async () => {
  const platform = await useSelvedge({ SELVEDGE_SLOTS: '3' });
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await createWithPatience(platform, name);
    expect(instances(platform)).toBeLessThanOrEqual(3);
  }
  // Those that had to go come back when they are called.
  for (const name of ['a', 'b'])
    await waitFor(`${name} to answer`, async () => (await platform.call(name)).status === 200);
  expect(instances(platform)).toBeLessThanOrEqual(3);
});

test('no idle instance: 503 FN_008 with the reason at once, and those that work go on', async () => {
  const platform = await useSelvedge({ SELVEDGE_SLOTS: '2' });
  await platform.create('a', held);
  await platform.create('b', held);
  const working = ['a', 'b'].map((name) => platform.call(name));
  await waitFor('both to be at work', async () => {
    const { body } = await platform.api<{ counts: Record<string, number> }>('GET', '/health');
    return body.counts.slots_in_use === 2;
  });
  const refused = await platform.api<{ error: { code: string; message: string } }>('POST', '/functions', {
    ...{ name: 'c', code: hello, public: true },
  });
  expect(refused.status).toBe(503);
  expect(refused.body.error).toMatchObject({
    code: 'FN_008',
    message: expect.stringContaining('All 2 slots of this machine are in use (SELVEDGE_SLOTS)'),
  });
  for (const answer of await Promise.all(working))
    expect(answer).toMatchObject({ status: 200, text: 'late' });
}, 60_000);

test('the memory that instances may use is a limit too', async () => {
  const platform = await useSelvedge({ SELVEDGE_MEMORY: '64' });
  const names = Array.from({ length: 12 }, (_, index) => `f${index}`);
  for (const name of names) await createWithPatience(platform, name);
  const { body } = await platform.api<{ counts: Record<string, number> }>('GET', '/health');
  expect(body.counts.instances).toBeLessThan(names.length);
}, 120_000);
