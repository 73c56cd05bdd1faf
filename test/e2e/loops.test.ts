// Goal: JavaScript that does not come back to the event loop is ended at its limit and nobody else feels it.
// Method: handlers that block in different ways, with a neighbour that is called all the while.

import { expect, test } from 'vitest';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

/** Blocks at `/block` and answers elsewhere; `id` tells instances apart. */
const blocker = (how: string): string => `
  import { createHash } from 'node:crypto';
  let id;
  export default { async fetch(request) {
    id ??= crypto.randomUUID();
    if (new URL(request.url).pathname !== '/block') return new Response(id);
    ${how}
    return new Response('never');
  } };`;

const ways: Record<string, string> = {
  'an endless loop': 'for (;;) {}',
  'a loop of microtasks': 'for (;;) await null;',
  'a catastrophic regular expression': `/^(a+)+$/.test('a'.repeat(60) + '!');`,
  'a hash of too many rounds': `for (let i = 0, text = ''; ; i += 1) text = createHash('sha256').update(text + i).digest('hex');`,
  'a getter of its own answer': `return Response.json({ get x() { for (;;) {} } });`,
};

async function ended(platform: TestPlatform): Promise<number> {
  const { body } = await platform.api<{ counts: Record<string, number> }>('GET', '/health');
  return body.counts.instances_ended_by_watchdog ?? 0;
}

test.each(Object.entries(ways))(
  '%s gets 504, its instance is ended, and the next request a new one',
  async (_, how) => {
    const platform = await useSelvedge();
    await platform.create('stuck', blocker(how), { timeout: 1, scaling: { maxInstances: 1 } });
    await platform.create('neighbour', `export default { fetch: () => new Response('fine') };`);
    const { text: before } = await platform.call('stuck');

    const blocked = platform.call('stuck', '/block', { method: 'POST' });
    let over = false;
    void blocked.finally(() => {
      over = true;
    });
    let answered = 0;
    while (!over) {
      expect(await platform.call('neighbour')).toMatchObject({ status: 200, text: 'fine' });
      answered += 1;
    }
    expect(answered).toBeGreaterThan(0);
    const refusal = await blocked;
    expect(refusal.status).toBe(504);
    expect(refusal.headers['x-selvedge-error']).toBe('FN_002');

    await waitFor('the watchdog', async () => (await ended(platform)) === 1);
    const after = await platform.call('stuck');
    expect(after.status).toBe(200);
    expect(after.text).not.toBe(before);
    const { body } = await platform.api<{ logs: { message: string }[] }>(
      'GET',
      '/functions/stuck/logs?level=error',
    );
    expect(body.logs.map(({ message }) => message).join()).toContain('without coming back to the event loop');
  },
);

test('cpu_ms ends a loop long before its timeout, with 504 and the reason', async () => {
  const platform = await useSelvedge();
  await platform.create('stuck', blocker(ways['an endless loop'] ?? ''), { timeout: 900, cpu_ms: 200 });
  const { status, headers, text } = await platform.call('stuck', '/block');
  expect(status).toBe(504);
  expect(headers['x-selvedge-error']).toBe('FN_002');
  expect(text).toContain('200 ms of CPU time (cpu_ms)');
  expect(await ended(platform)).toBe(1);
});

test('a computation that comes back in time is left alone, however hard it works', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'busy',
    `export default { async fetch() {
      for (const until = Date.now() + 1500; Date.now() < until; await scheduler.wait(1))
        for (let i = 0; i < 5e6; i += 1);
      return new Response('done');
    } };`,
    { timeout: 5, cpu_ms: 400 },
  );
  expect(await platform.call('busy')).toMatchObject({ status: 200, text: 'done' });
  expect(await ended(platform)).toBe(0);
});

test('a loop at the top level is refused at the deploy, and the older version serves', async () => {
  const platform = await useSelvedge();
  await platform.create('careful', `export default { fetch: () => new Response('old') };`);
  const { status, body } = await platform.api<{ error: { code: string; message: string } }>(
    'PUT',
    '/functions/careful',
    { code: `for (;;) {}\nexport default { fetch: () => new Response('new') };` },
  );
  expect(status).toBeGreaterThanOrEqual(400);
  expect(body.error.message).toContain('did not start within');
  expect(await platform.call('careful')).toMatchObject({ status: 200, text: 'old' });
}, 60_000);
