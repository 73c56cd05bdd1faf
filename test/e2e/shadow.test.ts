// Goal: a candidate shows what it would answer, on real requests, before any visitor has it.
// Method: a whole platform; a version that is not live becomes the shadow of a function, visitors call, and what was
// found is asked of the API.

import { expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();

interface Shadow {
  readonly version: string;
  readonly compared: number;
  readonly same: number;
  readonly different: Record<string, number>;
  readonly failed: Record<string, number>;
  readonly samples: readonly { readonly path: string; readonly differs: readonly string[] }[];
}
interface Entry {
  readonly message: string;
  readonly version: string;
  readonly request_id: string;
  readonly invocation: { readonly shadow?: true; readonly status: number };
}

const source = (says: string): string =>
  `export default { async fetch(request) {
    const { pathname } = new URL(request.url);
    console.log('${says}', request.headers.get('x-selvedge-shadow'), await request.text());
    return pathname === '/same' ? new Response('same') : new Response('${says}', { status: pathname === '/throw' ? 503 : 200 });
  } };`;

async function candidateOf(name: string, code: string): Promise<string> {
  const { status, body } = await platform.api<{ version: string }>('PUT', `/functions/${name}`, {
    code,
    deploy: false,
  });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.version;
}

const shadowWhen = (name: string, ready: (shadow: Shadow) => boolean): Promise<Shadow> =>
  waitFor('what was found of the shadow', async () => {
    const { status, body } = await platform.api<Shadow>('GET', `/functions/${name}/shadow`);
    expect(status, JSON.stringify(body)).toBe(200);
    return ready(body) && body;
  });

test('copies of requests go to the candidate, differences are told, and no visitor sees anything of it', async () => {
  await platform.create('cart', source('live'));
  const version = await candidateOf('cart', source('candidate'));
  expect((await platform.api('GET', '/functions/cart/shadow')).status).toBe(404);
  const set = await platform.api('PUT', '/functions/cart', {
    shadow: { version: version.slice(0, 8), share: 100 },
  });
  expect(set.status, JSON.stringify(set.body)).toBe(200);

  const first = await platform.call('cart', '/same', { method: 'POST', body: 'hello' });
  expect([first.status, first.text]).toEqual([200, 'same']);
  await shadowWhen('cart', ({ compared }) => compared === 1);
  for (let n = 0; n < 4; n += 1) expect((await platform.call('cart', `/other/${n}`)).text).toBe('live');
  const found = await shadowWhen('cart', ({ compared }) => compared === 5);
  expect(found).toMatchObject({
    version,
    same: 1,
    different: { status: 0, headers: 0, body: 4 },
    failed: {},
  });
  expect(found.samples.map(({ path, differs }) => [path, differs])).toEqual(
    [3, 2, 1, 0].map((n) => [`/other/${n}`, ['body']]),
  );

  const logs = async (query: string): Promise<Entry[]> =>
    (await platform.api<{ logs: Entry[] }>('GET', `/functions/cart/logs?${query}`)).body.logs;
  const copies = (await logs('limit=100')).filter(({ invocation }) => invocation?.shadow);
  expect(copies.map(({ message, version: of }) => [message, of]).toReversed()).toEqual([
    ['POST /same 200 (shadow)', version],
    ...[0, 1, 2, 3].map((n) => [`GET /other/${n} 200 (shadow)`, version]),
  ]);
  const lines = (await logs('search=hello')).map(({ message, version: of }) => [message, of === version]);
  expect(lines).toContainEqual(['candidate 1 hello', true]);
  expect(lines).toContainEqual(['live null hello', false]);
});

test('a candidate that cannot start is counted, and its function serves on', async () => {
  await platform.create('steady', source('live'));
  const version = await candidateOf('steady', `throw new Error('no');\n${source('never')}`);
  await platform.api('PUT', '/functions/steady', { shadow: { version, share: 100 } });
  expect((await platform.call('steady')).text).toBe('live');
  const { compared } = await shadowWhen('steady', ({ failed }) => Object.keys(failed).length > 0);
  expect(compared).toBe(0);
  expect((await platform.call('steady')).text).toBe('live');
  const removed = await platform.api('PUT', '/functions/steady', { shadow: null });
  expect([removed.status, (await platform.api('GET', '/functions/steady/shadow')).status]).toEqual([
    200, 404,
  ]);
});

test('what was found outlives control', async () => {
  await platform.create('lasting', source('live'));
  const version = await candidateOf('lasting', source('candidate'));
  await platform.api('PUT', '/functions/lasting', { shadow: { version, share: 100 } });
  for (let n = 0; n < 3; n += 1) await platform.call('lasting', '/same');
  await shadowWhen('lasting', ({ compared }) => compared === 3);
  await platform.end('SIGKILL');
  await platform.start();
  await platform.call('lasting', '/same');
  const { compared, same } = await shadowWhen('lasting', (found) => found.compared >= 4);
  expect([compared, same]).toEqual([4, 4]);
});
