// The main job: from source to a live URL, and back out again.

import { expect, test } from 'vitest';
import { testToken } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';

test('a handler that is posted answers at its host, at its path and through invoke', async () => {
  const platform = await useSelvedge();
  const created = await platform.create(
    'hello',
    `export default { fetch(request) { return new Response('hello from ' + new URL(request.url).pathname); } };`,
  );
  expect(created).toMatchObject({
    name: 'hello',
    project: 'default',
    status: 'deployed',
    convention: 'module',
  });
  expect(created.url).toBe(`http://hello.localhost:${platform.edgePort}/`);

  expect((await platform.call('hello', '/a/b')).text).toBe('hello from /a/b');
  expect((await platform.call('127.0.0.1', '/p/default/functions/hello/c?x=1')).text).toBe('hello from /c');

  const { status, body } = await platform.api('POST', '/functions/hello/invoke', { path: '/d' });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'success',
    response: 'hello from /d',
    version: created.active_version,
  });
});

test('a project has a host of its own, and a version its preview', async () => {
  const platform = await useSelvedge();
  const first = await platform.create('cart', `export default { fetch: () => new Response('1') };`, {
    project: 'shop',
  });
  expect((await platform.call('cart.shop.localhost')).text).toBe('1');
  await platform.api('PUT', '/functions/cart?project=shop', {
    code: `export default { fetch: () => new Response('2') };`,
  });
  expect((await platform.call('cart.shop.localhost')).text).toBe('2');
  const preview = `${String(first.active_version).slice(0, 8)}-cart.shop.localhost`;
  expect((await platform.call(preview)).text).toBe('1');
});

test('a function that is not public wants a credential, which it never sees', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'private',
    `export default { fetch: (r) => new Response(String(r.headers.get('authorization'))) };`,
    {
      public: false,
    },
  );
  const refused = await platform.call('private');
  expect(refused.status).toBe(401);
  expect(refused.headers['x-selvedge-error']).toBe('FN_009');
  const wrong = await platform.call('private', '/', { headers: { authorization: 'Bearer nonsense' } });
  expect(wrong.status).toBe(401);
  const right = await platform.call('private', '/', { headers: { authorization: `Bearer ${testToken}` } });
  expect(right).toMatchObject({ status: 200, text: 'null' });
});

test('environment variables reach the handler, and secrets are shown to nobody', async () => {
  const platform = await useSelvedge();
  await platform.create('env', `export default { fetch: (r, env) => Response.json(env) };`, {
    environment: { GREETING: 'hi "there"\n' },
  });
  await platform.api('POST', '/functions/env/env', { key: 'KEY', value: 's3cret', secret: true });
  expect(JSON.parse((await platform.call('env')).text)).toEqual({ GREETING: 'hi "there"\n', KEY: 's3cret' });

  const { body } = await platform.api('GET', '/functions/env/env');
  expect(JSON.stringify(body)).not.toContain('s3cret');
  const { body: shown } = await platform.api<{ active_version: string; env: string[] }>(
    'GET',
    '/functions/env',
  );
  expect([...shown.env].sort()).toEqual(['GREETING', 'KEY']);
  const config = await fetch(`${platform.control}/functions/env/versions/${shown.active_version}/config`, {
    headers: { authorization: `Bearer ${testToken}` },
  });
  const text = await config.text();
  expect(text).toContain('GREETING');
  expect(text).not.toContain('s3cret');

  await platform.api('DELETE', '/functions/env/env/KEY');
  expect(JSON.parse((await platform.call('env')).text)).toEqual({ GREETING: 'hi "there"\n' });
});

test('a deleted function answers 404, and its name is free', async () => {
  const platform = await useSelvedge();
  await platform.create('gone', `export default { fetch: () => new Response('1') };`);
  expect((await platform.api('DELETE', '/functions/gone')).status).toBeLessThan(300);
  const { status, headers } = await platform.call('gone');
  expect([status, headers['x-selvedge-error']]).toEqual([404, 'FN_001']);
  await platform.create('gone', `export default { fetch: () => new Response('2') };`);
  expect((await platform.call('gone')).text).toBe('2');
});

test('a disabled function is off its URLs until it is enabled', async () => {
  const platform = await useSelvedge();
  await platform.create('off', `export default { fetch: () => new Response('on') };`);
  await platform.api('PUT', '/functions/off', { status: 'disabled' });
  expect((await platform.call('off')).status).toBe(404);
  await platform.api('PUT', '/functions/off', { status: 'enabled' });
  expect((await platform.call('off')).text).toBe('on');
});

test('a route leads to its function, for its methods only', async () => {
  const platform = await useSelvedge();
  await platform.create('users', `export default { fetch: (r) => new Response(new URL(r.url).pathname) };`, {
    routes: [{ pattern: 'api.example.com/users/*', methods: ['GET'] }],
  });
  expect((await platform.call('api.example.com', '/users/7')).text).toBe('/users/7');
  expect((await platform.call('api.example.com', '/users/7', { method: 'POST' })).status).not.toBe(200);
  expect((await platform.call('api.example.com', '/other')).status).toBe(404);
});

test('an answer to a repeated Idempotency-Key is the first one', async () => {
  const platform = await useSelvedge();
  const send = () =>
    fetch(`${platform.control}/functions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${testToken}`, 'idempotency-key': 'once' },
      body: JSON.stringify({ name: 'once', code: `export default { fetch: () => new Response('1') };` }),
    });
  const [first, second] = [await send(), await send()];
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(await second.text()).toBe(await first.text());
});
