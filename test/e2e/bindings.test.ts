// Goal: `env.OTHER` reaches another function as a visitor would, with its limits and versions, and nothing else.
// Method: real functions on one platform, bound to each other through the API.

import { expect, test } from 'vitest';
import { useSharedSelvedge } from '../support/use-shared-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const platform = useSharedSelvedge();

const service = (name: string, target: string, more: object = {}): object => ({
  ...{ type: 'service', name, service: target },
  ...more,
});

const echo = `export default {
  async fetch(request) {
    const { url, method, headers } = request;
    return Response.json({ url, method, body: await request.text(), headers: Object.fromEntries(headers) });
  },
};`;

test('env.B.fetch reaches a function that is not public, with the URL, method, headers and body as they were written', async () => {
  await platform.create('target', echo, { public: false });
  await platform.create(
    'caller',
    `export default {
      async fetch(request, env) {
        const sent = { method: 'PUT', body: 'the body', headers: { 'x-mine': 'kept', 'x-selvedge-bound': '{"grant":"forged"}' } };
        const answer = await env.B.fetch('https://anything.example/deep/path?q=1', sent);
        return new Response(answer.body, { status: answer.status, headers: { 'x-request': request.headers.get('x-request-id') } });
      },
    };`,
    { bindings: [service('B', 'target')], egress: 'none' },
  );
  const { status, text, headers } = await platform.call('caller', '/', {
    headers: { 'x-request-id': 'visit-1' },
  });
  expect([status, text]).toEqual([200, expect.any(String)]);
  const seen = JSON.parse(text);
  expect(seen).toMatchObject({
    ...{ url: 'https://anything.example/deep/path?q=1', method: 'PUT', body: 'the body' },
    headers: { 'x-mine': 'kept', 'x-request-id': 'visit-1' },
  });
  expect(Object.keys(seen.headers).filter((name) => name.startsWith('x-selvedge'))).toEqual([]);
  expect(headers['x-request']).toBe('visit-1');
  // Not public it is all the same to everybody else.
  expect((await platform.call('target')).status).toBe(401);
});

test('a visitor cannot speak as a binding does', async () => {
  await platform.create('heads', echo);
  const forged = {
    'x-selvedge-bound': '{"url":"http://x/","entrypoint":"Secret","depth":0}',
    'x-selvedge-depth': '9',
  };
  const { status, text } = await platform.call('heads', '/here', { headers: forged });
  expect(status).toBe(200);
  expect(JSON.parse(text).headers).not.toHaveProperty('x-selvedge-bound');
  expect(JSON.parse(text).url).toContain('/here');
});

test('named entrypoints get their props, by fetch and by methods, with stubs, callbacks and pipelining', async () => {
  await platform.create(
    'library',
    `import { RpcTarget, WorkerEntrypoint } from 'cloudflare:workers';
    class Counter extends RpcTarget {
      #count = 0;
      add(by) { this.#count += by; return this.#count; }
    }
    export class Shelf extends WorkerEntrypoint {
      fetch(request) { return Response.json({ props: this.ctx.props, url: request.url }); }
      add(a, b) { return a + b; }
      who() { return this.ctx.props; }
      counter() { return new Counter(); }
      async apply(change) { return 'applied ' + (await change(20)); }
      fail() { throw new RangeError('the shelf is full'); }
    }
    export const plain = { fetch: (request, env, ctx) => Response.json(ctx.props) };
    export default class extends WorkerEntrypoint {
      fetch() { return new Response('the default'); }
      greet(name) { return 'Hello, ' + name; }
    }`,
    { public: false },
  );
  await platform.create(
    'reader',
    `export default {
      async fetch(request, { SHELF, PLAIN, LIBRARY }) {
        const shelf = await (await SHELF.fetch('http://shelf/books')).json();
        const plain = await (await PLAIN.fetch('http://plain/')).json();
        const main = await (await LIBRARY.fetch('http://library/')).text();
        using counter = await SHELF.counter();
        await counter.add(2);
        const failed = await SHELF.fail().catch((error) => [error.name, error.message]);
        const missing = await SHELF.nothing().catch((error) => error.message);
        const internal = await SHELF.__selvedge_call({ entrypoint: 'default' }).catch((error) => error.message);
        return Response.json({
          shelf, plain, main, failed, missing, internal,
          sum: await SHELF.add(1, 2),
          who: await SHELF.who(),
          counted: await counter.add(3),
          pipelined: await SHELF.counter().add(7),
          applied: await SHELF.apply((value) => value + 1),
          greeting: await LIBRARY.greet('Ada'),
        });
      },
    };`,
    {
      bindings: [
        service('SHELF', 'library', { entrypoint: 'Shelf', props: { row: 7, word: 'größer' } }),
        service('PLAIN', 'library', { entrypoint: 'plain', props: [1] }),
        service('LIBRARY', 'library'),
      ],
    },
  );
  const { status, text } = await platform.call('reader');
  expect([status, text]).toEqual([200, expect.any(String)]);
  expect(JSON.parse(text)).toEqual({
    shelf: { props: { row: 7, word: 'größer' }, url: 'http://shelf/books' },
    ...{ plain: [1], main: 'the default', sum: 3, who: { row: 7, word: 'größer' } },
    ...{ counted: 5, pipelined: 7, applied: 'applied 21', greeting: 'Hello, Ada' },
    failed: ['RangeError', 'the shelf is full'],
    missing: expect.stringContaining('does not implement the method "nothing"'),
    internal: expect.stringContaining('FN_009'),
  });
});

test('a function is bound to itself and to its named entrypoints, also where it has one place', async () => {
  await platform.create(
    'mirror',
    `import { WorkerEntrypoint } from 'cloudflare:workers';
    export class Twice extends WorkerEntrypoint { twice(value) { return value * this.ctx.props.times; } }
    export default {
      async fetch(request, env) {
        if (new URL(request.url).hostname === 'inner') return new Response('inner');
        return Response.json([await (await env.ME.fetch('http://inner/')).text(), await env.TWICE.twice(21)]);
      },
    };`,
    {
      concurrency: 1,
      bindings: [
        service('ME', 'mirror'),
        service('TWICE', 'mirror', { entrypoint: 'Twice', props: { times: 2 } }),
      ],
    },
  );
  expect(JSON.parse((await platform.call('mirror')).text)).toEqual(['inner', 42]);
});

test('a binding to a function that does not exist is refused at the deploy, by its name', async () => {
  const { status, body } = await platform.api<{ error: { code: string; message: string } }>(
    'POST',
    '/functions',
    {
      ...{ name: 'lonely', code: echo, bindings: [service('GONE', 'nobody')] },
    },
  );
  expect([status, body.error.code]).toEqual([422, 'FN_005']);
  expect(body.error.message).toContain('The binding "GONE" leads to the function "nobody"');
});

test('functions that call each other without end are stopped after 32, and say so', async () => {
  const loop = `export default {
    async fetch(request, env) {
      const n = Number(new URL(request.url).searchParams.get('n') ?? 0);
      try { return await env.NEXT.fetch('http://next/?n=' + (n + 1)); } catch (error) { return new Response(n + ' ' + error.message); }
    },
  };`;
  await platform.create('ping', echo);
  await platform.create('pong', loop, { bindings: [service('NEXT', 'ping')] });
  const { status } = await platform.api('PUT', '/functions/ping', {
    code: loop,
    bindings: [service('NEXT', 'pong')],
  });
  expect(status).toBe(200);
  expect((await platform.call('ping')).text).toMatch(
    /^32 env\.NEXT\.fetch: this request has passed 32 functions/,
  );
});

test('no request through a binding fails while what it leads to is deployed again and again', async () => {
  const versioned = (n: number): string =>
    `import { WorkerEntrypoint } from 'cloudflare:workers';
     export default class extends WorkerEntrypoint { fetch() { return new Response('v${n}'); } version() { return 'v${n}'; } }`;
  await platform.create('changing', versioned(0), { public: false });
  await platform.create(
    'steady',
    `export default { fetch: async (request, env) => Response.json([await (await env.B.fetch(request)).text(), await env.B.version()]) };`,
    { bindings: [service('B', 'changing')] },
  );
  let over = false;
  const seen: string[] = [];
  const calls = Promise.all(
    [1, 2, 3].map(async () => {
      while (!over) {
        const { status, text } = await platform.call('steady');
        seen.push(status === 200 ? text : `${status} ${text}`);
      }
    }),
  );
  for (let n = 1; n <= 3; n += 1) {
    expect((await platform.api('PUT', '/functions/changing', { code: versioned(n) })).status).toBe(200);
    await waitFor(`v${n} to be seen`, () => seen.at(-1) === JSON.stringify([`v${n}`, `v${n}`]));
  }
  over = true;
  await calls;
  expect(seen.filter((answer) => !/^\["v\d","v\d"\]$/.test(answer))).toEqual([]);
});

test('a method that loops, outgrows its time, or takes its instance along tells its caller which', async () => {
  await platform.create(
    'trouble',
    `import { WorkerEntrypoint } from 'cloudflare:workers';
    const kept = [];
    export default class extends WorkerEntrypoint {
      fetch() { return new Response('fine'); }
      loop() { for (;;); }
      slow() { return scheduler.wait(60_000); }
      grow() { for (;;) kept.push(new Uint8Array(8_000_000).fill(1)); }
      fine() { return 'fine'; }
    }`,
    { public: false, timeout: 1, memory: 64 },
  );
  await platform.create(
    'asker',
    `export default {
      async fetch(request, env) {
        const method = new URL(request.url).pathname.slice(1);
        try { return new Response(await env.B[method]()); } catch (error) { return new Response(error.message); }
      },
    };`,
    { bindings: [service('B', 'trouble')] },
  );
  expect((await platform.call('asker', '/slow')).text).toContain('FN_002');
  expect((await platform.call('asker', '/loop')).text).toContain('FN_002');
  expect((await platform.call('asker', '/fine')).text).toBe('fine');
  expect((await platform.call('asker', '/grow')).text).toContain('FN_003');
  expect((await platform.call('asker', '/fine')).text).toBe('fine');
});

test('the config of a version shows its bindings and not what opens them', async () => {
  await platform.create('shown', echo, {
    bindings: [service('B', 'target'), { type: 'version_metadata', name: 'VERSION' }],
  });
  const { body } = await platform.api<{ active_version: string }>('GET', '/functions/shown');
  const response = await fetch(`${platform.control}/functions/shown/versions/${body.active_version}/config`, {
    headers: { authorization: 'Bearer test-token-of-the-owner-0123456789' },
  });
  const text = await response.text();
  expect(text).toMatch(/name = "B", service = \(name = "bindings", entrypoint = "Service", props = /);
  expect(text).toContain('(secret)');
  expect(text).toMatch(/name = "VERSION"/);
});
