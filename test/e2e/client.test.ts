// Goal: the client does against a real platform what it says, in Node and in the other places where it is to run.
// Method: one tour through its methods, which tests of the places share, and here the rest of them.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createClient, SelvedgeError } from '../../control/client/client.ts';
import { bundleTour } from '../support/bundle-tour.ts';
import { type TourReport, tour } from '../support/client-tour.ts';
import { expectTour } from '../support/expect-tour.ts';
import { testToken } from '../support/test-platform.ts';
import { useRuntime } from '../support/use-runtime.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

test('the tour in Node', async () => {
  const { control } = await useSelvedge();
  expectTour(await tour(createClient, { url: control, token: testToken, project: 'node' }));
});

test.each(['bun', 'deno'] as const)('the tour in %s', async (name) => {
  const run = useRuntime(name);
  const { control } = await useSelvedge();
  const dir = useTmpDir();
  writeFileSync(join(dir, 'client.mjs'), await bundleTour());
  const options = { url: control, token: testToken, project: name };
  writeFileSync(
    join(dir, 'main.mjs'),
    `import { createClient, tour } from './client.mjs';
     console.log(JSON.stringify(await tour(createClient, ${JSON.stringify(options)})));`,
  );
  expectTour(JSON.parse(await run(join(dir, 'main.mjs'))) as TourReport);
});

test('the tour in a function, whose egress lets it reach another platform', async () => {
  const other = await useSelvedge();
  const { host } = new URL(other.control);
  const platform = await useSelvedge({ SELVEDGE_EGRESS_PRIVATE: host });
  const code = {
    'client.js': await bundleTour(),
    'index.js': `import { createClient, tour } from './client.js';
      export default { fetch: async (request, env) =>
        Response.json(await tour(createClient, { url: env.CONTROL, token: env.TOKEN, project: 'function' })) };`,
  };
  const environment = { CONTROL: other.control, TOKEN: testToken };
  await platform.create('traveller', code, { egress: [host], environment, timeout: 60 });
  const { status, text } = await platform.call('traveller');
  expect([status, text]).toEqual([200, expect.stringContaining('created')]);
  expectTour(JSON.parse(text) as TourReport);
});

test('a function that calls the control API of its own platform is refused, with the rule', async () => {
  const platform = await useSelvedge();
  const { host } = new URL(platform.control);
  const code = {
    'client.js': await bundleTour(),
    'index.js': `import { createClient } from './client.js';
      export default { fetch: (request, env) => createClient({ url: env.CONTROL, token: env.TOKEN }).functions.list()
        .then(() => new Response('reached'), ({ code, message }) => Response.json({ code, message })) };`,
  };
  const environment = { CONTROL: platform.control, TOKEN: testToken };
  await platform.create('curious', code, { environment });
  const { text } = await platform.call('curious');
  expect(JSON.parse(text)).toEqual({
    code: 'FN_009',
    message: expect.stringContaining(host.split(':')[0] ?? ''),
  });
});

test('versions, rollback, variables, executions, keys and the audit log', async () => {
  const platform = await useSelvedge();
  const client = createClient({ url: platform.control, token: testToken, project: 'shop' });
  const { functions } = client;
  const first = await functions.create({ name: 'hello', code: 'export default () => new Response("one")' });
  expect(first).toMatchObject({ project: 'shop', status: 'deployed' });
  const second = await functions.update('hello', { code: 'export default () => new Response("two")' });
  expect((await functions.execute('hello')).response).toBe('two');
  expect((await functions.rollback('hello')).active_version).toBe(first.version);
  expect((await functions.execute('hello')).response).toBe('one');
  expect((await functions.rollback('hello', second.version?.slice(0, 8))).active_version).toBe(
    second.version,
  );
  expect((await functions.get(first.id, { include: 'code' })).code).toContain('two');
  await expect(functions.get('hello', { project: 'other' })).rejects.toMatchObject({ code: 'FN_001' });
  expect((await functions.versions('hello')).versions.map(({ id }) => id).toSorted()).toEqual(
    [first.version, second.version].toSorted(),
  );
  expect((await functions.deployments('hello', { limit: 1 })).cursor).not.toBeNull();

  await functions.env.set('hello', { key: 'GREETING', value: 'hi', secret: true });
  expect(await functions.env.list('hello')).toEqual([
    { key: 'GREETING', secret: true, source: 'function', updated_at: expect.any(String) },
  ]);
  await functions.env.delete('hello', 'GREETING');
  expect(await functions.env.list('hello')).toEqual([]);

  const executions = await waitFor('three executions in the log', async () => {
    const found = await functions.getLogs('hello', { since: first.created_at });
    return found.length >= 2 && found;
  });
  expect(executions[0]).toMatchObject({ status: 'success', status_code: 200, error: null });

  const key = await client.keys.create({ name: 'viewer', role: 'viewer', projects: ['shop'] });
  const viewer = createClient({ url: platform.control, token: key.token, project: 'shop' });
  await expect(viewer.functions.delete('hello')).rejects.toMatchObject({ code: 'FN_009', status: 403 });
  await client.keys.revoke(key.id);
  await expect(viewer.functions.list()).rejects.toMatchObject({ code: 'FN_009', status: 401 });
  expect((await client.audit({ actor: 'owner', limit: 1 })).entries[0]?.action).toBe('key.revoke');
  expect((await client.health()).counts.functions).toBe(1);
  expect((await client.info()).domain).toBe('localhost');
});

test('a deployment that fails rejects with its log and places, and the version before still serves', async () => {
  const platform = await useSelvedge();
  const { functions } = createClient({ url: platform.control, token: testToken });
  await functions.create({ name: 'hello', code: 'export default () => new Response("one")' });
  const error = await functions.update('hello', { code: 'export default (' }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(SelvedgeError);
  expect(error).toMatchObject({ code: 'FN_005', status: 422, issues: [{ line: 1 }] });
  expect(error.buildLogs.length).toBeGreaterThan(0);
  expect((await functions.execute('hello')).response).toBe('one');
});

test("a timeout of execute takes the place of the function's own, to both sides", async () => {
  const platform = await useSelvedge();
  const { functions } = createClient({ url: platform.control, token: testToken });
  const code =
    'exports.handler = (data) => new Promise((resolve) => setTimeout(resolve, data.wait, "waited"));';
  await functions.create({ name: 'slow', code, timeout: 1 });
  await expect(functions.execute('slow', { wait: 1500 })).rejects.toMatchObject({ code: 'FN_002' });
  expect((await functions.execute('slow', { wait: 1500 }, { timeout: 60_000 })).response).toBe('waited');
  await expect(functions.execute('slow', { wait: 900 }, { timeout: 100 })).rejects.toMatchObject({
    ...{ code: 'FN_002', status: 504 },
  });
});

test('a create whose answer was lost is sent again, and makes one function', async () => {
  const platform = await useSelvedge();
  let answers = 0;
  const losingTheFirst = async (url: string, init: RequestInit): Promise<Response> => {
    const response = await fetch(url, init);
    answers += 1;
    if (answers > 1) return response;
    await response.text();
    throw new TypeError('fetch failed', { cause: new Error('the test cut the connection') });
  };
  const { functions } = createClient({ url: platform.control, token: testToken, fetch: losingTheFirst });
  const created = await functions.create({ name: 'once', code: 'export default () => new Response("once")' });
  expect([answers, created.status]).toEqual([2, 'deployed']);
  expect((await functions.versions('once')).versions).toHaveLength(1);
});

test('waits for a platform that starts again, and for one that is not there gives up with a reason', async () => {
  const platform = await useSelvedge();
  const { port } = new URL(platform.control);
  await platform.end('SIGUSR2');
  const client = createClient({ url: platform.control, token: testToken, retries: 1 });
  const error = await client.info().catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'CLIENT_NETWORK', message: expect.stringContaining(port) });
  // In place of control, a server that is starting twice and then there.
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    const body = asked < 3 ? { error: { code: 'SYS_003', message: 'starting' } } : { status: 'ok' };
    response.writeHead(asked < 3 ? 503 : 200, { 'retry-after': '0' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve));
  try {
    expect(await createClient({ url: platform.control }).health()).toEqual({ status: 'ok' });
    expect(asked).toBe(3);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
