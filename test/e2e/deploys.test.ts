// Goal: no request fails while a deployment is replaced, and nobody goes back in time.
// Method: one client sends without pause through a hundred deployments. Each response names the version that
// served it. We check every status, and that nothing older is seen once a version was reported live.

import { expect, test } from 'vitest';
import { useSelvedge } from '../support/use-selvedge.ts';

const source = (n: number): string => `export default { fetch: () => new Response('${n}') };`;

test('a client that sends without pause sees only 200s and never an older version', async () => {
  const platform = await useSelvedge();
  await platform.create('counter', source(0));
  let reported = 0;
  let ended = false;
  const faults: string[] = [];
  let requests = 0;
  const client = async (): Promise<void> => {
    while (!ended) {
      const atLeast = reported;
      const { status, text } = await platform
        .call('counter')
        .catch((error: unknown) => ({ status: 0, text: String(error) }));
      requests += 1;
      if (status !== 200 || Number(text) < atLeast) faults.push(`${status} ${text} after ${atLeast}`);
    }
  };
  const clients = [client(), client()];
  for (let n = 1; n <= 100; n += 1) {
    const { status, body } = await platform.api('PUT', '/functions/counter', { code: source(n) });
    expect(status, JSON.stringify(body)).toBe(200);
    reported = n;
  }
  ended = true;
  await Promise.all(clients);
  expect(faults).toEqual([]);
  expect(requests).toBeGreaterThan(100);
  expect((await platform.call('counter')).text).toBe('100');
});

test('a version that throws at start never gets traffic, and the answer says why', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', source(1));
  const { status, body } = await platform.api<{
    error: { code: string; message: string };
    build_logs: string[];
  }>('PUT', '/functions/steady', {
    code: `throw new Error('no database');\nexport default { fetch: () => new Response('2') };`,
  });
  expect(status).toBe(422);
  expect(body.error.code).toBe('FN_005');
  expect(body.error.message).toContain('no database');
  expect(body.error.message).toContain('index.js:1:7');
  expect(body.build_logs.length).toBeGreaterThan(0);
  expect((await platform.call('steady')).text).toBe('1');
  const { body: shown } = await platform.api<{ status: string }>('GET', '/functions/steady');
  expect(shown.status).toBe('deployed');
});

test('a version without a usable handler fails its probe or its build, and the answer names what was looked for', async () => {
  const platform = await useSelvedge();
  const { status, body } = await platform.api<{ error: { code: string; message: string } }>(
    'POST',
    '/functions',
    {
      name: 'empty',
      code: 'export const answer = 42;',
    },
  );
  expect(status).toBe(422);
  expect(body.error.code).toBe('FN_005');
  expect(body.error.message).toContain('handler');
  expect(body.error.message).toContain('answer');
});

test('identical source makes an identical version, and another environment another one', async () => {
  const platform = await useSelvedge();
  const first = await platform.create('a', source(1));
  const second = await platform.create('b', source(1));
  expect(second.active_version).toBe(first.active_version);
  const { body } = await platform.api<{ active_version: string }>('POST', '/functions/b/env', {
    key: 'X',
    value: '1',
  });
  expect(body.active_version).not.toBe(first.active_version);
});

test('a rollback makes the version before live again', async () => {
  const platform = await useSelvedge();
  await platform.create('back', source(1));
  await platform.api('PUT', '/functions/back', { code: source(2) });
  expect((await platform.call('back')).text).toBe('2');
  expect((await platform.api('POST', '/functions/back/rollback', {})).status).toBe(200);
  expect((await platform.call('back')).text).toBe('1');
});
