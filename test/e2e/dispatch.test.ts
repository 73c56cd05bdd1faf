// Goal: one function calls others by names that it learns at run time, and none outside of its namespace.
// Method: a namespace and its functions are made through Cloudflare's API, as its tools do, and a dispatcher calls them.

import { expect, test } from 'vitest';
import { testToken } from '../support/test-platform.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';

const platform = useSharedSelvedge();

interface Enveloped<T = Record<string, unknown>> {
  readonly success: boolean;
  readonly errors: readonly { readonly code: number; readonly message: string }[];
  readonly result: T;
}

async function cloudflare<T>(
  method: string,
  path: string,
  body?: unknown,
): Promise<Enveloped<T> & { status: number }> {
  const response = await fetch(`${platform.control}/client/v4/accounts/default/workers/dispatch${path}`, {
    method,
    headers: { authorization: `Bearer ${testToken}` },
    ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });
  return { ...((await response.json()) as Enveloped<T>), status: response.status };
}

function upload(code: string): FormData {
  const form = new FormData();
  form.set(
    'metadata',
    JSON.stringify({ main_module: 'index.js', compatibility_date: '2026-11-01', bindings: [] }),
  );
  form.set('index.js', new File([code], 'index.js', { type: 'application/javascript+module' }));
  return form;
}

const dispatcher = `export default {
  async fetch(request, env) {
    const { pathname, search } = new URL(request.url);
    const [, tenant, method] = pathname.split('/');
    try {
      const worker = env.TENANTS.get(tenant);
      if (method) return Response.json(await worker[method](1, 2));
      return await worker.fetch('https://tenant.example/path' + search);
    } catch (error) { return new Response('caught: ' + error.message, { status: 418 }); }
  },
};`;

const tenant = (name: string): string => `import { WorkerEntrypoint } from 'cloudflare:workers';
export default class extends WorkerEntrypoint {
  fetch(request) { return new Response('${name} saw ' + request.url); }
  add(a, b) { return a + b; }
}`;

test('a dispatcher reaches the functions of its namespace by name, and no other', async () => {
  expect(await cloudflare('POST', '/namespaces', { name: 'tenants' })).toMatchObject({
    success: true,
    result: { namespace_name: 'tenants', namespace_id: expect.any(String) },
  });
  expect((await cloudflare('GET', '/namespaces/tenants/scripts/ada')).errors[0]?.code).toBe(10092);
  for (const name of ['ada', 'bob']) {
    const uploaded = await cloudflare('PUT', `/namespaces/tenants/scripts/${name}`, upload(tenant(name)));
    expect(uploaded.errors).toEqual([]);
    expect(uploaded.result).toMatchObject({ id: name });
  }
  await platform.create('outsider', tenant('outsider'));
  await platform.create('gate', dispatcher, {
    bindings: [{ type: 'dispatch_namespace', name: 'TENANTS', namespace: 'tenants' }],
  });
  expect((await platform.call('gate', '/ada?q=1')).text).toBe('ada saw https://tenant.example/path?q=1');
  expect((await platform.call('gate', '/bob')).text).toBe('bob saw https://tenant.example/path');
  expect((await platform.call('gate', '/bob/add')).text).toBe('3');
  for (const name of ['nobody', 'outsider', 'tenants--ada', '..%2Foutsider'])
    expect((await platform.call('gate', `/${name}`)).text).toBe('caught: Worker not found.');
  // Visitors have no way to them.
  expect((await platform.call('tenants--ada')).status).toBe(401);
});

test('a namespace is renamed with its functions, and deleted with them', async () => {
  await cloudflare('POST', '/namespaces', { name: 'before' });
  await cloudflare('PUT', '/namespaces/before/scripts/one', upload(tenant('one')));
  expect((await cloudflare('PUT', '/namespaces/before', { name: 'after' })).result).toMatchObject({
    namespace_name: 'after',
  });
  expect((await cloudflare('GET', '/namespaces/after/scripts/one')).success).toBe(true);
  expect((await cloudflare('GET', '/namespaces/before')).status).toBe(404);
  await platform.create('late', dispatcher, {
    bindings: [{ type: 'dispatch_namespace', name: 'TENANTS', namespace: 'after' }],
  });
  expect((await platform.call('late', '/one')).text).toContain('one saw');
  expect((await cloudflare('DELETE', '/namespaces/after')).success).toBe(true);
  expect((await platform.call('late', '/one')).text).toBe('caught: Worker not found.');
  expect((await platform.api('GET', '/functions/after--one')).status).toBe(404);
});

test('names that are taken or unusable, and a namespace that is not there, are refused', async () => {
  await cloudflare('POST', '/namespaces', { name: 'taken' });
  expect((await cloudflare('POST', '/namespaces', { name: 'taken' })).status).toBe(409);
  expect((await cloudflare('POST', '/namespaces', { name: 'a--b' })).status).toBe(400);
  const { status, body } = await platform.api<{ error: { message: string } }>('POST', '/functions', {
    ...{ name: 'lost', code: dispatcher },
    bindings: [{ type: 'dispatch_namespace', name: 'TENANTS', namespace: 'nowhere' }],
  });
  expect(status).toBe(422);
  expect(body.error.message).toContain('The binding "TENANTS" leads to the dispatch namespace "nowhere"');
});
