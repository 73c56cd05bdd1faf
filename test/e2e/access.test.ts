// Goal: keys open what they are for and nothing else, at control and at every front, until they are revoked.
// Method: a real platform, and clients that hold many connections, so that every front is asked.

import { Agent, request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { TestPlatform } from '../support/test-platform.ts';
import { testToken } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const hello = `export default { fetch: (request) => new Response(request.headers.get('x-api-key') ?? 'no key') };`;
const CONNECTIONS = 40;

interface Key {
  readonly id: string;
  readonly token: string;
  readonly last_used_at: string | null;
}

const makeKey = async (platform: TestPlatform, body: object): Promise<Key> => {
  const answer = await platform.api<Key>('POST', '/keys', body);
  expect(answer.status).toBe(201);
  return answer.body;
};

const control = (platform: TestPlatform, method: string, path: string, token: string, body?: unknown) =>
  fetch(platform.control + path, {
    method,
    headers: { authorization: `Bearer ${token}` },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** Connections that are kept open, so that each stays with the front that took it. */
function useConnections(platform: TestPlatform, host: string) {
  const agents = Array.from({ length: CONNECTIONS }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  onTestFinished(() => {
    for (const agent of agents) agent.destroy();
  });
  const ask = (agent: Agent, token: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${token}` };
      const sent = request({ host: '127.0.0.1', port: platform.edgePort, agent, headers }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      sent.on('error', reject);
      sent.end();
    });
  /** The statuses that were seen, each once. */
  return async (token: string): Promise<number[]> => [
    ...new Set(await Promise.all(agents.map((agent) => ask(agent, token)))),
  ];
}

interface Entry {
  readonly action: string;
  readonly actor: { readonly name: string };
  readonly function: { readonly name: string } | null;
  readonly refused: { readonly status: number; readonly operation: string | null } | null;
}

/** The audit log, a line an entry, the oldest first. Reading it stores the refusals that were only counted so far. */
async function audit(platform: TestPlatform): Promise<string[]> {
  const { body } = await platform.api<{ entries: Entry[] }>('GET', '/audit');
  return body.entries
    .map(({ action, actor, function: named, refused }) =>
      [actor.name, action, named?.name, refused?.status, refused?.operation]
        .filter((word) => word !== undefined && word !== null)
        .join(' '),
    )
    .toReversed();
}

test('an invoker opens its functions at the edge and nothing at control, until it is revoked at every front', async () => {
  const platform = await useSelvedge();
  await platform.create('cart', hello, { project: 'shop', public: false });
  await platform.create('post', hello, { project: 'blog', public: false });
  await platform.create('page', hello, { project: 'blog' });
  expect(platform.processes().filter(({ kind }) => kind === 'front').length).toBeGreaterThan(1);
  const invoker = await makeKey(platform, { name: 'app', role: 'invoker', projects: ['shop'] });
  const cart = useConnections(platform, 'cart.shop.localhost');
  const post = useConnections(platform, 'post.blog.localhost');
  const invoke = (): Promise<Response> =>
    control(platform, 'POST', '/functions/cart/invoke?project=shop', invoker.token);

  expect(await cart(invoker.token)).toEqual([200]);
  // Nobody but a front has seen the key so far.
  const used = await waitFor('control to hear that the key is used', async () => {
    const { body } = await platform.api<Key>('GET', `/keys/${invoker.id}`);
    return body.last_used_at ?? false;
  });
  expect(Date.now() - Date.parse(used)).toBeLessThan(10 * 60_000);
  expect(await post(invoker.token)).toEqual([401]);
  const page = await platform.call('page.blog.localhost', '/', { headers: { 'x-api-key': invoker.token } });
  expect(page).toMatchObject({ status: 200, text: 'no key' });
  expect(await (await invoke()).json()).toMatchObject({ status: 'success', response: 'no key' });
  const change = { timeout: 5 };
  const refused = await control(platform, 'PUT', '/functions/cart?project=shop', invoker.token, change);
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    error: {
      code: 'FN_009',
      message:
        'updateFunction needs the role deployer or owner, and the key "app" has the role invoker: use another key.',
    },
  });
  const soFar = [
    "the owner's token function.create cart",
    "the owner's token function.deploy cart",
    "the owner's token function.create post",
    "the owner's token function.deploy post",
    "the owner's token function.create page",
    "the owner's token function.deploy page",
    "the owner's token key.create",
    'app access.refuse 403 updateFunction',
  ];
  expect(await audit(platform)).toEqual(soFar);

  await platform.end('SIGKILL');
  expect(await cart(invoker.token)).toEqual([200]);
  await platform.start();
  expect(await cart(invoker.token)).toEqual([200]);
  expect((await platform.api('DELETE', `/keys/${invoker.id}`)).status).toBe(200);
  expect(await cart(invoker.token)).toEqual([401]);
  expect((await invoke()).status).toBe(401);
  expect(await cart(testToken)).toEqual([200]);
  const told = [...soFar, "the owner's token key.revoke", 'nobody access.refuse 401 invokeFunction'];
  expect(await audit(platform)).toEqual(told);

  await platform.end('SIGKILL');
  await platform.start();
  expect(await cart(invoker.token)).toEqual([401]);
  expect(await audit(platform)).toEqual(told);
});

// Method: one client changes a setting without pause, and counts up in it, until control is killed.
test('every acknowledged change has its entry, and every entry is of a change that was made, at whatever instant control is killed', async () => {
  const platform = await useSelvedge();
  await platform.api('POST', '/functions', { name: 'counter' });
  let next = 1;
  const acknowledged: number[] = [];
  for (let kill = 0; kill < 5; kill += 1) {
    const until = acknowledged.length + 3 + kill;
    let killed: Promise<void> | undefined;
    for (;;) {
      const answer = await platform
        .api('PUT', '/functions/counter', { description: String(next) })
        .catch(() => undefined);
      if (!answer) break;
      expect(answer.status).toBe(200);
      acknowledged.push(next);
      next += 1;
      if (acknowledged.length >= until) killed ??= platform.end('SIGKILL');
    }
    await killed;
    // The one that was under way may have been made or not: the next has a number of its own.
    next += 1;
    await platform.start();
    const { body: counter } = await platform.api<{ description: string }>('GET', '/functions/counter');
    const { body: log } = await platform.api<{ entries: { changes: { description?: { new: string } } }[] }>(
      'GET',
      '/audit?action=function.update&limit=1000',
    );
    const told = log.entries.map(({ changes }) => Number(changes.description?.new));
    expect(told[0]).toBe(Number(counter.description));
    expect(told).toEqual([...new Set(told)].toSorted((a, b) => b - a));
    expect(acknowledged.filter((number) => !told.includes(number))).toEqual([]);
  }
});
