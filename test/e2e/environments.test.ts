// Goal: one version goes from environment to environment as it is, and finds each one's variables, URL and routes; a
// change of those variables fails no request.

import { expect, test } from 'vitest';
import { openStore } from '../../control/store/store.ts';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();

const source = `export default {
  fetch: (request, env) => new Response([env.STAGE, env.SHARED, env.OWN, new URL(request.url).pathname].join(' ')),
};`;

interface Deployed {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly active_version: string;
  readonly urls: readonly string[];
  readonly build_logs: readonly string[];
  readonly environment_name: string;
  readonly error: { readonly code: string; readonly message: string };
}

const api = <T = Deployed>(method: string, path: string, body?: unknown) =>
  platform.api<T>(method, path, body);

async function ok<T = Deployed>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await api<T>(method, path, body);
  expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

test('one version goes from dev to staging to prod, with the variables, the URL and the routes of each', async () => {
  await ok('POST', '/projects', { name: 'shop' });
  await ok('POST', '/projects/shop/env', { key: 'SHARED', value: 'for-all' });
  await ok('POST', '/projects/shop/environments/dev/env', { key: 'STAGE', value: 'in-dev' });
  const settings = {
    ...{ name: 'cart', project: 'shop', public: true, code: source, environment: { OWN: 'pinned' } },
    env_required: ['STAGE'],
  };
  const made = await ok('POST', '/functions?environment=dev', {
    ...settings,
    routes: [{ pattern: 'dev.example/*' }],
  });
  expect([made.name, made.environment_name]).toEqual(['cart-dev', 'dev']);
  expect(made.build_logs[0]).toBe('environment: dev, of the function cart');
  expect(made.urls[0]).toContain('http://cart-dev.shop.localhost');
  expect((await platform.call('cart-dev.shop.localhost')).text).toBe('in-dev for-all pinned /');
  expect((await platform.call('dev.example', '/x')).text).toBe('in-dev for-all pinned /x');

  // Nothing sets STAGE there yet, and a promotion that is refused leaves nothing behind.
  const refused = await api('POST', '/functions/cart/promote?project=shop', { from: 'dev', to: 'staging' });
  expect([refused.status, refused.body.error.code]).toEqual([422, 'FN_005']);
  expect(refused.body.error.message).toContain('"cart-staging" requires STAGE (env_required)');
  expect(refused.body.error.message).toContain(
    '`selvedge env set STAGE=… --env staging --function cart --project shop`',
  );
  expect((await api('GET', '/functions/cart?project=shop&environment=staging')).status).toBe(404);

  const secret = { key: 'STAGE', value: 'in-staging', secret: true, function: 'cart' };
  await ok('POST', '/projects/shop/environments/staging/env', secret);
  const staged = await ok('POST', '/functions/cart-dev/promote?project=shop', { to: 'staging' });
  expect([staged.name, staged.active_version]).toEqual(['cart-staging', made.active_version]);
  expect((await platform.call('cart-staging.shop.localhost')).text).toBe('in-staging for-all pinned /');

  await ok('POST', '/projects/shop/environments/prod/env', { key: 'STAGE', value: 'in-prod' });
  await ok('POST', '/projects/shop/environments/prod/env', { key: 'SHARED', value: 'of-prod' });
  const live = await ok('POST', '/functions/cart/promote?project=shop', { from: 'staging', to: 'prod' });
  expect([live.name, live.active_version]).toEqual(['cart', made.active_version]);
  await ok('PUT', '/functions/cart?project=shop', { routes: [{ pattern: 'www.example/*' }] });
  expect((await platform.call('www.example', '/y')).text).toBe('in-prod of-prod pinned /y');
  expect((await platform.call('cart.shop.localhost')).text).toBe('in-prod of-prod pinned /');
  expect((await platform.call('dev.example', '/z')).text).toBe('in-dev for-all pinned /z');
  expect((await platform.call('cart-staging.shop.localhost')).text).toBe('in-staging for-all pinned /');

  const { env } = await ok<{ env: { key: string; source: string; value?: string }[] }>(
    ...(['GET', '/functions/cart/env?project=shop&environment=staging'] as const),
  );
  expect(env.map(({ key, source, value }) => [key, source, value])).toEqual([
    ['OWN', 'function', 'pinned'],
    ['SHARED', 'project', 'for-all'],
    ['STAGE', 'override', undefined],
  ]);
  const { entries } = await ok<{ entries: { function: { name: string }; changes: { promoted: unknown } }[] }>(
    ...(['GET', '/audit?action=function.promote'] as const),
  );
  expect(entries.map((entry) => [entry.function.name, entry.changes.promoted])).toEqual([
    ['cart', { new: { version: made.active_version, from: 'staging', to: 'prod' } }],
    ['cart-staging', { new: { version: made.active_version, from: 'dev', to: 'staging' } }],
  ]);
});

test('a promotion takes no variable that was set on the function there, unless it is told to', async () => {
  const code = `export default { fetch: (_, env) => new Response(env.KEY + ' ' + env.ONLY) }`;
  const keep = { name: 'keep', public: true, code };
  await ok('POST', '/functions', keep);
  await ok('POST', '/functions/keep/env', { key: 'KEY', value: 'of-prod', secret: true });
  await ok('POST', '/functions/keep/env', { key: 'ONLY', value: 'prod' });
  await ok('POST', '/functions?environment=staging', { ...keep, environment: { KEY: 'of-staging' } });
  const refused = await api('POST', '/functions/keep/promote', { from: 'staging', to: 'prod' });
  expect([refused.status, refused.body.error.code]).toEqual([409, 'FN_006']);
  expect(refused.body.error.message).toContain('replaced or taken away: KEY, ONLY.');
  expect((await platform.call('keep')).text).toBe('of-prod prod');
  const told = { from: 'staging', to: 'prod', replace_variables: true };
  await ok('POST', '/functions/keep/promote', told);
  expect((await platform.call('keep')).text).toBe('of-staging undefined');
  // What a promotion has brought, the next one may take along.
  await ok('PUT', '/functions/keep?environment=staging', { environment: { KEY: 'newer' } });
  await ok('POST', '/functions/keep/promote', { from: 'staging', to: 'prod' });
  expect((await platform.call('keep')).text).toBe('newer undefined');
  for (const name of ['keep', 'keep-staging']) await ok('DELETE', `/functions/${name}`);
});

test('what a live function requires is not taken from it, and what lacks something is not made live', async () => {
  const handler = (name: string): string =>
    `export const config = { env_required: ['${name}'] };\nexport default (request, context) => context.success(context.env.${name});`;
  await ok('POST', '/projects/default/environments/prod/env', { key: 'KEY', value: 'k' });
  await ok('POST', '/functions', { name: 'mailer', public: true, code: handler('KEY') });
  expect((await platform.call('mailer')).text).toContain('"k"');
  const taken = await api('DELETE', '/projects/default/environments/prod/env/KEY');
  expect([taken.status, taken.body.error.message]).toEqual([
    409,
    expect.stringContaining('"mailer" is live and requires KEY'),
  ]);
  const changed = await api('PUT', '/functions/mailer', { code: handler('OTHER') });
  expect([changed.status, changed.body.error.code]).toEqual([422, 'FN_005']);
  const required = await api('PUT', '/functions/mailer', { env_required: ['MORE', 'KEY', 'STILL'] });
  expect(required.body.error.message).toContain('requires MORE, STILL (env_required)');
  expect((await platform.call('mailer')).text).toContain('"k"');
  await ok('POST', '/functions/mailer/env', { key: 'KEY', value: 'own' });
  await ok('DELETE', '/projects/default/environments/prod/env/KEY');
  expect((await platform.call('mailer')).text).toContain('"own"');
  expect((await api('DELETE', '/functions/mailer/env/KEY')).status).toBe(422);
});

test('a change of the variables of an environment reaches its functions under load without a failed request', async () => {
  const code = `export default { fetch: async (request, env) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return new Response(env.COUNT);
  } };`;
  await ok('POST', '/projects/default/environments/staging/env', { key: 'COUNT', value: '0' });
  const names = ['one', 'two', 'three'];
  const versions = new Map<string, string>();
  for (const name of names) {
    const body = { name, public: true, code: `${code}\n// ${name}`, scaling: { targetConcurrency: 2 } };
    versions.set(name, (await ok('POST', '/functions?environment=staging', body)).active_version);
  }
  let reported = 0;
  let ended = false;
  let requests = 0;
  const faults: string[] = [];
  const client = async (name: string): Promise<void> => {
    while (!ended) {
      const atLeast = reported;
      const { status, text } = await platform
        .call(`${name}-staging`)
        .catch((error: unknown) => ({ status: 0, text: String(error) }));
      requests += 1;
      if (status !== 200 || Number(text) < atLeast) faults.push(`${name} ${status} ${text} after ${atLeast}`);
    }
  };
  const clients = names.flatMap((name) => [client(name), client(name), client(name)]);
  for (let count = 1; count <= 10; count += 1) {
    const change = await ok<{ replaced: number; failed: unknown[] }>(
      'POST',
      '/projects/default/environments/staging/env',
      { key: 'COUNT', value: String(count) },
    );
    expect(change).toMatchObject({ replaced: 3, failed: [] });
    reported = count;
  }
  ended = true;
  await Promise.all(clients);
  expect(faults).toEqual([]);
  expect(requests).toBeGreaterThan(50);
  for (const name of names) {
    expect((await platform.call(`${name}-staging`)).text).toBe('10');
    const shown = await ok('GET', `/functions/${name}?environment=staging`);
    expect(shown.active_version).toBe(versions.get(name));
  }
});

test('a function that does not start with a new variable goes on with the old one, and is named', async () => {
  const code = `import { env } from 'cloudflare:workers';
if (env.MODE === 'broken') throw new Error('no such mode');
export default { fetch: () => new Response(env.MODE) };`;
  await ok('POST', '/projects/default/environments/dev/env', { key: 'MODE', value: 'fine' });
  for (const name of ['strict', 'idle'])
    await ok('POST', '/functions?environment=dev', { name, public: true, code: `${code}\n// ${name}` });
  const path = '/projects/default/environments/dev/env';
  const body = { key: 'MODE', value: 'broken', function: 'strict' };
  const change = await ok<{ replaced: number; failed: { function: string; message: string }[] }>(
    ...(['POST', path, body] as const),
  );
  expect(change.replaced).toBe(0);
  expect(change.failed).toEqual([
    { function: 'strict-dev', message: expect.stringContaining('no such mode') },
  ]);
  expect((await platform.call('strict-dev')).text).toBe('fine');
  expect((await platform.call('idle-dev')).text).toBe('fine');
  await ok('POST', path, { ...body, value: 'good' });
  expect((await platform.call('strict-dev')).text).toBe('good');
});

test('what control did not come to before it was killed, the next one does', async () => {
  await ok('POST', '/projects/default/env', { key: 'LATE', value: 'before' });
  const code = `export default { fetch: (request, env) => new Response(env.LATE) };`;
  const made = await ok('POST', '/functions', { name: 'late', public: true, code });
  expect((await platform.call('late')).text).toBe('before');
  await platform.end('SIGKILL');
  const store = await openStore({ stateDb: `${platform.dataDir}/state.db` });
  await store.transaction(async (tx) => {
    const scope = { project: 'default', environment: null, base: null };
    const [variable] = await tx.overlay.list(scope);
    await tx.overlay.set({
      ...scope,
      secret: false,
      updatedAt: '',
      ...variable,
      key: 'LATE',
      value: 'after',
    });
    await tx.overlay.owe([made.id as Parameters<typeof tx.overlay.settle>[0]]);
  });
  await store.close();
  expect((await platform.call('late')).text).toBe('before');
  await platform.start();
  await waitFor('the instance to be replaced', async () => (await platform.call('late')).text === 'after');
});
