// Goal: who may do what is what somebody has read and agreed to: `access-matrix.golden`.
// Method: a real platform; every operation of its OpenAPI document and every other route that is registered is
// called with every kind of credential. A route that is in none of the calls below fails the test.
//
// The function `cart` and the key `target` are in the project `shop`. `all`, `shop` and `blog` are the projects of
// the key that asks.

import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Role } from '../../control/model/access.ts';
import { type AsOwner, type Call, has } from '../support/access-call.ts';
import {
  cacheCalls,
  experimentCalls,
  loginCalls,
  regionCalls,
  scheduleCalls,
  uploadCalls,
  visitorCalls,
} from '../support/access-calls.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { testToken } from '../support/test-platform.ts';
import { useApi } from '../support/use-api.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';
import { workerCalls } from '../support/worker-calls.ts';

interface Credential {
  readonly group: string;
  readonly name: string;
  readonly token: string | undefined;
}

/** Written out here, so that a role without a column does not compile. */
const roles = Object.keys({ owner: 0, deployer: 0, invoker: 0, viewer: 0 } satisfies Record<
  Role,
  0
>) as Role[];

const source = `export default { fetch: () => new Response('cart') };`;
const handler = 'export default (request, context) => context.success();';
const variable = { key: 'GREETING', value: 'value-of-greeting', secret: false };
async function useShop() {
  const platform = await useSelvedge();
  const { create, api } = bind(platform);
  const make = async (): Promise<void> => {
    const { active_version: first } = await create('cart', source, {
      project: 'shop',
      public: false,
      environment: { GREETING: variable.value },
    });
    await api('POST', '/functions/cart/env?project=shop', {
      key: 'PASSWORD',
      value: 'a-b-c-d',
      secret: true,
    });
    // The second version: one to roll back from.
    await api('PUT', '/functions/cart?project=shop', { code: `${source} // again` });
    await api('PUT', '/functions/cart?project=shop', { shadow: { version: first, share: 0 } });
  };
  await make();
  await create('post', source, { project: 'blog', public: true });
  const { body: found } = await api<{ id: string; active_version: string }>(
    'GET',
    '/functions/cart?project=shop',
  );
  const key = async (name: string, role: Role, projects: string[] | null, expires_at?: string) => {
    const wanted = { name, role, projects, expires_at };
    const { status, body } = await api<{ id: string; token: string }>('POST', '/keys', wanted);
    expect([status, body.token?.length]).toEqual([201, 44]);
    return body;
  };
  return { platform, api, make, key, cart: found };
}

const bind = (platform: TestPlatform) => ({
  create: platform.create.bind(platform),
  api: platform.api.bind(platform) as TestPlatform['api'],
});
type Shop = Awaited<ReturnType<typeof useShop>>;

async function useCredentials({ platform, api, key }: Shop): Promise<Credential[]> {
  const revoked = await key('revoked', 'owner', null);
  expect((await api('DELETE', `/keys/${revoked.id}`)).status).toBe(200);
  const expired = await key('expired', 'owner', null, new Date(Date.now() + 1500).toISOString());
  const kinds: Credential[] = [
    { group: 'not accepted', name: 'absent', token: undefined },
    { group: 'not accepted', name: 'forged', token: `slv_${'0'.repeat(40)}` },
    { group: 'not accepted', name: 'revoked', token: revoked.token },
    { group: 'not accepted', name: 'expired', token: expired.token },
    { group: "owner's", name: 'token', token: testToken },
  ];
  for (const role of roles) {
    for (const projects of [null, ['shop'], ['blog']]) {
      const { token } = await key(`${role} of ${projects ?? 'all'}`, role, projects);
      kinds.push({ group: role, name: String(projects ?? 'all'), token });
    }
  }
  await waitFor(
    'the key to expire',
    async () => (await ask(platform, 'GET', '/info', expired.token)).status === 401,
  );
  return kinds;
}

async function ask(
  platform: TestPlatform,
  method: string,
  path: string,
  token: string | undefined,
  { body, headers = {} }: Pick<Call, 'body' | 'headers'> = {},
): Promise<{ status: number; text: string }> {
  const own = typeof body === 'function' ? (body(token) as unknown) : body;
  const isForm = own instanceof FormData || own instanceof URLSearchParams || own instanceof Buffer;
  const response = await fetch(platform.control + path, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    ...(own !== undefined && {
      body: isForm ? (own as FormData | URLSearchParams | Uint8Array<ArrayBuffer>) : JSON.stringify(own),
    }),
  });
  if (response.headers.get('content-type')?.startsWith('text/event-stream')) {
    await response.body?.cancel();
    return { status: response.status, text: '' };
  }
  return { status: response.status, text: await response.text() };
}

const asOwner =
  (platform: TestPlatform): AsOwner =>
  async (method, path, body) => {
    const { status, text } = await ask(platform, method, path, testToken, { body });
    expect(status, `${method} ${path} answered ${text}`).toBeLessThan(300);
    return text;
  };

/** By route, and for some routes again with what makes a difference. */
async function callsOf({ platform, api, make, key, cart }: Shop): Promise<Record<string, Call>> {
  const at = '?project=shop';
  const owner = asOwner(platform);
  const setVariable = (): Promise<unknown> => api('POST', `/functions/cart/env${at}`, variable);
  const removeNew = (project: string) => (): Promise<unknown> =>
    api('DELETE', `/functions/new?project=${project}`);
  const cloudBox = '/api/projects/shop/functions';
  let target = await key('target', 'viewer', ['shop']);
  const removeKey = (answer: string): Promise<unknown> =>
    api('DELETE', `/keys/${(JSON.parse(answer) as { id: string }).id}`);
  return {
    'GET /': { path: '/' },
    'GET /docs': { path: '/docs' },
    'GET /openapi.json': { path: '/openapi.json' },
    'GET /health': { path: '/health' },
    'GET /ready': { path: '/ready' },
    'GET /info': { path: '/info' },
    'GET /geo/{ip}': { path: '/geo/127.0.0.1' },
    'GET /v1/functions': { path: '/v1/functions', shows: has('"cart"', 'empty') },
    'POST /v1/functions': {
      path: `/v1/functions${at}`,
      body: { name: 'new', runtime: 'node', code: 'async function handler(event) { return event; }' },
      restore: removeNew('shop'),
    },
    'GET /v1/functions/{id}': { path: `/v1/functions/cart${at}`, shows: has('"code":"', 'bare') },
    'PUT /v1/functions/{id}': { path: `/v1/functions/cart${at}`, body: { timeout_seconds: 31 } },
    'POST /v1/functions/{id}/invoke': { path: `/v1/functions/cart/invoke${at}` },
    'GET /v1/functions/{id}/logs': { path: `/v1/functions/cart/logs${at}` },
    'GET /v1/vms': { path: '/v1/vms', shows: has('"fn-cart-', 'empty') },
    'GET /v1/vms/{id} | no such': { path: '/v1/vms/instance-0' },
    'GET /v1/vms/{id}/shell': { path: '/v1/vms/instance-0/shell' },
    'GET /v1/vms/{id}/metrics/ws | no such': { path: '/v1/vms/instance-0/metrics/ws' },
    'POST /execute | inline code': { path: `/execute${at}`, body: { code: handler } },
    'POST /execute | a function': { path: `/execute${at}`, body: { function: 'cart' } },
    'POST /execute | with variables': { path: `/execute${at}`, body: { function: 'cart', env: { A: 'b' } } },
    'POST /test': { path: `/test${at}`, body: { function: 'cart' } },
    'POST /validate': { path: '/validate', body: { code: handler } },
    'GET /functions': { path: '/functions', shows: has('"cart"', 'empty') },
    'GET /functions | of shop': { path: `/functions${at}`, shows: has('"cart"', 'empty') },
    'POST /functions': {
      path: '/functions',
      body: { name: 'new', project: 'shop' },
      restore: removeNew('shop'),
    },
    'POST /functions | no project': {
      path: '/functions',
      body: { name: 'new' },
      restore: removeNew('default'),
    },
    'GET /functions/{id}': { path: `/functions/cart${at}` },
    'GET /functions/{id} | by its id': { path: `/functions/${cart.id}` },
    'GET /functions/{id} | no such': { path: `/functions/nothing${at}` },
    'GET /functions/{id} | with code': { path: `/functions/cart${at}&include=code` },
    'PUT /functions/{id}': { path: `/functions/cart${at}`, body: { description: 'changed' } },
    'POST /functions/{id}/deploy': { path: `/functions/cart/deploy${at}` },
    'POST /functions/{id}/rollback': { path: `/functions/cart/rollback${at}` },
    'POST /functions/{id}/invoke': { path: `/functions/cart/invoke${at}` },
    'POST /functions/{id}/invoke | async': { path: `/functions/cart/invoke${at}&async=true` },
    'GET /functions/{id}/logs': { path: `/functions/cart/logs${at}` },
    'GET /functions/{id}/logs | follow': { path: `/functions/cart/logs${at}&follow=true` },
    'GET /functions/{id}/env': { path: `/functions/cart/env${at}`, shows: has(variable.value, 'names') },
    'POST /functions/{id}/env': { path: `/functions/cart/env${at}`, body: variable },
    'GET /functions/{id}/secrets': { path: `/functions/cart/secrets${at}` },
    'GET /functions/{id}/secrets/{name}/history': { path: `/functions/cart/secrets/PASSWORD/history${at}` },
    'GET /certificates': { path: '/certificates' },
    // This platform serves no TLS, which whoever may is told.
    'POST /certificates': { path: '/certificates', body: { domains: ['shop.test'], acme: true } },
    'DELETE /certificates/{name} | no such': { path: '/certificates/nothing' },
    'POST /master-key/rotate': { path: '/master-key/rotate', body: {} },
    'DELETE /functions/{id}/env/{key}': {
      path: `/functions/cart/env/${variable.key}${at}`,
      restore: setVariable,
    },
    'GET /functions/{id}/versions': { path: `/functions/cart/versions${at}` },
    'GET /functions/{id}/versions/{version}': {
      path: `/functions/cart/versions/${cart.active_version}${at}`,
    },
    'GET /functions/{id}/versions/{version}/config': {
      path: `/functions/cart/versions/${cart.active_version}/config${at}`,
    },
    'GET /functions/{id}/shadow': { path: `/functions/cart/shadow${at}` },
    'GET /routes/explain': {
      path: `/routes/explain?url=${encodeURIComponent('http://cart.shop.localhost/')}`,
    },
    'GET /functions/{id}/rate-limits': { path: `/functions/cart/rate-limits${at}` },
    // Whoever may hears that nothing was counted.
    'DELETE /functions/{id}/rate-limits/{name}/{key}': { path: `/functions/cart/rate-limits/a/b${at}` },
    'GET /functions/{id}/deployments': { path: `/functions/cart/deployments${at}` },
    ...rolloutCalls(api, cart.active_version),
    'DELETE /functions/{id}': { path: `/functions/cart${at}`, restore: make },
    'DELETE /v1/functions/{id}': { path: `/v1/functions/cart${at}`, restore: make },
    'POST /functions/{id}/promote': {
      path: `/functions/cart/promote${at}`,
      body: { from: 'prod', to: 'staging' },
    },
    ...projectCalls(api),
    ...tailCalls(owner),
    ...(await scheduleCalls(owner)),
    ...(await regionCalls(owner)),
    ...(await experimentCalls(owner)),
    ...(await uploadCalls(owner)),
    ...(await visitorCalls(owner)),
    ...(await workerCalls(owner)),
    ...loginCalls(),
    ...cacheCalls(),
    'GET /keys': { path: '/keys', shows: has('"target"', 'empty') },
    'POST /keys': {
      path: '/keys',
      body: { name: 'new', role: 'owner', projects: ['shop'] },
      restore: removeKey,
    },
    'POST /keys | for all projects': {
      path: '/keys',
      body: { name: 'new', role: 'viewer', projects: null },
      restore: removeKey,
    },
    'GET /keys/{id}': { path: () => `/keys/${target.id}` },
    'GET /keys/{id} | no such': { path: '/keys/key_nothing' },
    'DELETE /keys/{id}': {
      path: () => `/keys/${target.id}`,
      restore: async () => {
        target = await key('target', 'viewer', ['shop']);
      },
    },
    'GET /audit': { path: '/audit?function=cart', shows: has('function.create', 'empty') },
    'GET /api/projects/{project}/functions': { path: cloudBox, shows: has('"cart"', 'empty') },
    'POST /api/projects/{project}/functions': {
      path: cloudBox,
      body: { name: 'new', code: source },
      restore: removeNew('shop'),
    },
    'GET /api/projects/{project}/functions/{id}': { path: `${cloudBox}/cart` },
    'PUT /api/projects/{project}/functions/{id}': {
      path: `${cloudBox}/cart`,
      body: { description: 'changed' },
    },
    'POST /api/projects/{project}/functions/{id}/deploy': { path: `${cloudBox}/cart/deploy` },
    'POST /api/projects/{project}/functions/{id}/execute': { path: `${cloudBox}/cart/execute` },
    'GET /api/projects/{project}/functions/{id}/logs': { path: `${cloudBox}/cart/logs` },
    'DELETE /api/projects/{project}/functions/{id}': { path: `${cloudBox}/cart`, restore: make },
    'POST /api/v1/functions/{project}/{name}': { path: '/api/v1/functions/shop/cart' },
    'GET /api/v1/functions/{project}/{name}': { path: '/api/v1/functions/shop/cart' },
    'PATCH /api/v1/functions/{project}/{name}': {
      path: '/api/v1/functions/shop/cart',
      body: { is_active: true },
    },
    'GET /api/v1/projects/{project}/functions': {
      path: '/api/v1/projects/shop/functions',
      shows: has('"cart"', 'empty'),
    },
    'GET /api/functions/projects/{project}': {
      path: '/api/functions/projects/shop',
      shows: has('"cart"', 'empty'),
    },
    'POST /api/functions/projects/{project}': {
      path: '/api/functions/projects/shop',
      body: { function_name: 'new', code: 'export const handler = (event) => event;' },
      restore: removeNew('shop'),
    },
    'GET /api/functions/{project}/{name}': {
      path: '/api/functions/shop/cart',
      shows: has('"code"', 'bare'),
    },
    'PATCH /api/functions/{project}/{name}': {
      path: '/api/functions/shop/cart',
      body: { file_path: 'api/cart.js' },
    },
    'DELETE /api/functions/{project}/{name}': { path: '/api/functions/shop/cart', restore: make },
    'GET /p/{project}/functions/{name} | of shop': { path: '/p/shop/functions/cart' },
    'GET /p/{project}/functions/{name} | a public one': { path: '/p/blog/functions/post' },
    'GET /nowhere': { path: '/nowhere' },
    'PATCH /functions': { path: '/functions' },
  };
}

/** Of shares, rollouts and aliases. A rollout that is not there shows who may as well as one that is, and ends nothing. */
function rolloutCalls(api: Shop['api'], version: string): Record<string, Call> {
  const at = '?project=shop';
  const alias = `/functions/cart/aliases/beta${at}`;
  const rollouts = '/functions/cart/rollouts';
  const setAlias = (): Promise<unknown> => api('PUT', alias, { version });
  return {
    'POST /functions/{id}/deployments': {
      path: `/functions/cart/deployments${at}`,
      body: { versions: [{ version, share: 100 }] },
    },
    'GET /functions/{id}/deployments/{deployment} | no such': {
      path: `/functions/cart/deployments/dep_0${at}`,
      none: 'has no deployment',
    },
    'GET /functions/{id}/rollouts': { path: `${rollouts}${at}` },
    'POST /functions/{id}/rollouts | no such version': {
      path: `${rollouts}${at}`,
      body: { version: '00000000', strategy: 'canary' },
      none: 'has no version',
    },
    'GET /functions/{id}/rollouts/{rollout} | no such': {
      path: `${rollouts}/rol_0${at}`,
      none: 'has no rollout',
    },
    ...Object.fromEntries(
      ['promote', 'pause', 'resume', 'abort'].map((step) => [
        `POST /functions/{id}/rollouts/{rollout}/${step} | no such`,
        { path: `${rollouts}/rol_0/${step}${at}`, none: 'has no rollout' },
      ]),
    ),
    'PUT /functions/{id}/aliases/{name}': { path: alias, body: { version }, restore: setAlias },
    'GET /functions/{id}/aliases/{name}': { path: alias },
    'GET /functions/{id}/aliases': { path: `/functions/cart/aliases${at}` },
    'DELETE /functions/{id}/aliases/{name}': { path: alias, restore: setAlias },
  };
}

/** Of projects, environments and what is set for them. `qa` is there before each call. */
function projectCalls(api: Shop['api']): Record<string, Call> {
  const project = '/projects/shop';
  const environment = `${project}/environments/qa`;
  const setVariable = (place: string) => (): Promise<unknown> => api('POST', `${place}/env`, variable);
  const makeEnvironment = (): Promise<unknown> => api('PUT', environment);
  return {
    'GET /projects': { path: '/projects', shows: has('"shop"', 'empty') },
    'POST /projects': {
      path: '/projects',
      body: { name: 'made' },
      restore: () => api('DELETE', '/projects/made'),
    },
    'GET /projects/{project}': { path: project },
    'PATCH /projects/{project}': { path: project, body: { description: 'changed' } },
    'DELETE /projects/{project}': { path: project },
    'GET /projects/{project}/environments': { path: `${project}/environments` },
    'PUT /projects/{project}/environments/{environment}': { path: environment },
    'GET /projects/{project}/environments/{environment}': { path: environment },
    'DELETE /projects/{project}/environments/{environment}': { path: environment, restore: makeEnvironment },
    'POST /projects/{project}/environments': {
      path: `${project}/environments`,
      body: { name: 'made' },
      restore: () => api('DELETE', `${project}/environments/made`),
    },
    'POST /projects/{project}/env': { path: `${project}/env`, body: variable },
    'GET /projects/{project}/env': { path: `${project}/env`, shows: has(variable.value, 'names') },
    'DELETE /projects/{project}/env/{key}': {
      path: `${project}/env/${variable.key}`,
      restore: setVariable(project),
    },
    'POST /projects/{project}/environments/{environment}/env': { path: `${environment}/env`, body: variable },
    'GET /projects/{project}/environments/{environment}/env': {
      path: `${environment}/env`,
      shows: has(variable.value, 'names'),
    },
    'DELETE /projects/{project}/environments/{environment}/env/{key}': {
      path: `${environment}/env/${variable.key}`,
      restore: setVariable(environment),
    },
  };
}

/** `wrangler tail`. A tail's WebSocket is opened by its id, whoever asks: 400 is what comes without an upgrade. */
function tailCalls(owner: AsOwner): Record<string, Call> {
  const account = createHash('sha256').update('selvedge project shop').digest('hex').slice(0, 32);
  const route = '/client/v4/accounts/{account}/workers/scripts/{script}/tails';
  const path = `/client/v4/accounts/${account}/workers/scripts/cart/tails`;
  let tail = '';
  const open = async (): Promise<void> => {
    const { result } = JSON.parse(await owner('POST', path, { filters: [] })) as { result: { id: string } };
    tail = result.id.replaceAll('-', '');
  };
  return {
    [`POST ${route}`]: { path, body: { filters: [] } },
    [`GET ${route}`]: { path },
    'GET /client/v4/tails/{tail}': { path: () => `/client/v4/tails/${tail}`, before: open },
    'GET /client/v4/tails/{tail} | no such': { path: `/client/v4/tails/${'0'.repeat(32)}` },
    [`DELETE ${route}/{tail}`]: { path: () => `${path}/${tail}`, before: open },
  };
}

const routeOf = (name: string): string => name.split(' | ')[0] ?? '';

/** The document over HTTP, and from the router what it does not tell of. */
async function routesOf(platform: TestPlatform): Promise<string[]> {
  const { text } = await ask(platform, 'GET', '/openapi.json', undefined);
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, unknown>> };
  const described = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  const registered = useApi()
    .app.routes.filter(({ method }) => method !== 'ALL')
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
  return [...new Set([...described, ...registered])];
}

/** A line a route, a column a credential, a bar between groups of them. */
function table(credentials: readonly Credential[], rows: readonly (readonly [string, string[]])[]): string {
  const groups = [...Map.groupBy(credentials, ({ group }) => group)];
  const width = ({ name }: Credential): number => Math.max(name.length, 'names'.length) + 1;
  const first = Math.max(...rows.map(([name]) => name.length));
  const line = (name: string, cells: readonly string[]): string =>
    [name.padEnd(first), ...cells].join(' |').trimEnd();
  const cell = (credential: Credential, text: string): string => text.padStart(width(credential));
  return [
    line(
      '',
      groups.map(([name, members]) => ` ${name}`.padEnd(members.map(width).reduce((sum, one) => sum + one))),
    ),
    line(
      '',
      groups.map(([, members]) => members.map((one) => cell(one, one.name)).join('')),
    ),
    ...rows.map(([name, texts]) => {
      const shown = new Map(credentials.map((one, at) => [one, cell(one, texts[at] ?? '')]));
      return line(
        name,
        groups.map(([, members]) => members.map((one) => shown.get(one)).join('')),
      );
    }),
    '',
  ].join('\n');
}

test('every route answers every credential as it was agreed', async () => {
  const shop = await useShop();
  const { platform } = shop;
  const credentials = await useCredentials(shop);
  const calls = await callsOf(shop);
  const called = new Set(Object.keys(calls).map(routeOf));
  const missing = (await routesOf(platform)).filter((route) => !called.has(route));
  expect(
    missing,
    'routes without a row: add to `callsOf` in this file how each is called, run this test with -u, and read what that changed in access-matrix.golden',
  ).toEqual([]);

  const rows: [string, string[]][] = [];
  for (const [name, call] of Object.entries(calls)) {
    const { path, before, shows, none, restore } = call;
    const method = name.split(' ')[0] ?? '';
    const cells: string[] = [];
    for (const credential of credentials) {
      await before?.();
      const at = typeof path === 'string' ? path : path();
      const { status, text } = await ask(platform, method, at, call.token ?? credential.token, call);
      const word = status < 300 ? shows?.(text) : none !== undefined && text.includes(none) && 'none';
      cells.push(word || String(status));
      if (status < 300) await restore?.(text);
    }
    rows.push([name, cells]);
  }
  for (const [name, host] of [
    ['a function of shop', 'cart.shop.localhost'],
    ['a public one', 'post.blog.localhost'],
  ] as const) {
    const cells: string[] = [];
    for (const { token } of credentials) {
      const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
      cells.push(
        String((await platform.call(host, '/', { headers: headers as Record<string, string> })).status),
      );
    }
    rows.push([`at the edge: ${name}`, cells]);
  }
  await expect(table(credentials, rows)).toMatchFileSnapshot('./access-matrix.golden');
});
