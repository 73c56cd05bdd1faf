// Goal: a front gives what is stored to whom it is for, and asks the instance in every other case.
// Method: a real front and a real cache; the instance is a server of the test that counts what it is asked.

import { readdirSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { cacheSchema } from '../../control/model/rules/cache.ts';
import { compileCache } from '../../control/plan/rules/compile-cache.ts';
import type { FunctionEntry } from '../../edge/contract/routing-table.ts';
import type { ExperimentEntry } from '../../edge/contract/rules/experiments.ts';
import { useCache } from '../support/use-cache.ts';
import {
  anEntry,
  aTable,
  type Reply,
  type RunningFront,
  ruleKeys,
  useFront,
  V1,
  V2,
} from '../support/use-front.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, call: number) => void;

interface Site {
  readonly front: RunningFront;
  /** How often the instance was asked. */
  calls(): number;
  readonly cache: Awaited<ReturnType<typeof useCache>>;
}

const entryWith = (rules: object, changes: Partial<FunctionEntry> = {}): FunctionEntry =>
  anEntry({ rules: { cache: compileCache(cacheSchema.parse(rules)) }, ...changes });

async function useSite(rules: object, answer: Answer, changes: Partial<FunctionEntry> = {}): Promise<Site> {
  const cache = await useCache();
  const front = await useFront(aTable([entryWith(rules, changes)]));
  front.cacheAt(cache.runDir.cacheSocket());
  let calls = 0;
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    calls += 1;
    answer(incoming, response, calls);
  };
  await front.slot(0, listener);
  await front.slot(1, listener);
  return { front, cache, calls: () => calls };
}

const plain =
  (headers: Record<string, string> = {}): Answer =>
  (_, response, call) =>
    response.writeHead(200, headers).end(`call ${call}`);

const status = ({ headers }: Reply): string => String(headers['cache-status']);

test('a stale answer is given at once and renewed behind it', async () => {
  const { front, calls } = await useSite({ ttl: 0, stale_while_revalidate: 60 }, plain());
  expect((await front.ask()).body).toBe('call 1');
  const stale = await front.ask();
  expect([stale.body, status(stale)]).toEqual([
    'call 1',
    expect.stringMatching(/^selvedge; hit; ttl=(0|-\d+)$/),
  ]);
  await waitFor('the instance to be asked behind it', () => calls() >= 2);
  await waitFor('the new answer', async () => (await front.ask()).body !== 'call 1');
});

test('what is stale is asked about, and a 304 makes it fresh with its new fields', async () => {
  const { front } = await useSite({}, (incoming, response, call) => {
    const headers = {
      etag: '"e"',
      'cache-control': call === 1 ? 'no-cache' : 'max-age=60',
      'x-call': String(call),
    };
    const known = incoming.headers['if-none-match'] === '"e"';
    response.writeHead(known ? 304 : 200, headers).end(known ? undefined : 'the page');
  });
  await front.ask();
  const renewed = await front.ask();
  expect([renewed.status, renewed.body, renewed.headers['x-call']]).toEqual([200, 'the page', '2']);
  expect(status(renewed)).toBe('selvedge; fwd=stale; fwd-status=304');
  expect(status(await front.ask())).toMatch(/hit/);
});

test('a visitor with a copy gets 304, though the instance was asked for the whole', async () => {
  const seen: (string | undefined)[] = [];
  const { front } = await useSite({ ttl: 60 }, (incoming, response) => {
    seen.push(incoming.headers['if-none-match']);
    response.writeHead(200, { etag: '"e"' }).end('the page');
  });
  const headers = { 'if-none-match': '"e"' };
  expect([(await front.ask({ headers })).status, (await front.ask({ headers })).status]).toEqual([304, 304]);
  expect((await front.ask()).body).toBe('the page');
  expect(seen).toEqual([undefined]);
});

test.each(['authorization', 'x-api-key'])(
  'what somebody sent a credential for in %s is his own, unless it says public or the key has him',
  async (name) => {
    const ada = { [name]: 'Bearer of-ada' };
    const grace = { [name]: 'Bearer of-grace' };
    const own = await useSite({ ttl: 60 }, plain());
    expect([(await own.front.ask({ headers: ada })).body, (await own.front.ask()).body]).toEqual([
      'call 1',
      'call 2',
    ]);
    const open = await useSite({}, plain({ 'cache-control': 'public, max-age=60' }));
    expect([(await open.front.ask({ headers: ada })).body, (await open.front.ask()).body]).toEqual([
      'call 1',
      'call 1',
    ]);
    const each = await useSite({ ttl: 60, key: { identity: true } }, plain());
    const answers = [];
    for (const headers of [ada, grace, ada, {}]) answers.push((await each.front.ask({ headers })).body);
    expect(answers).toEqual(['call 1', 'call 2', 'call 1', 'call 3']);
  },
);

test('whoever sends a credential does not keep what others ask from being stored', async () => {
  const site = await useSite({ ttl: 60 }, plain());
  await site.front.ask({ headers: { authorization: 'x' } });
  const bodies = [];
  for (let n = 0; n < 3; n += 1) bodies.push((await site.front.ask()).body);
  expect(bodies).toEqual(['call 2', 'call 2', 'call 2']);
});

test('a cookie is never stored, nor with it the answer, unless the rule takes it off', async () => {
  const cookie = { 'set-cookie': 'session=1' };
  const kept = await useSite({ ttl: 60 }, plain(cookie));
  expect([(await kept.front.ask()).body, (await kept.front.ask()).body]).toEqual(['call 1', 'call 2']);
  const dropped = await useSite({ ttl: 60, drop_cookies: true }, plain(cookie));
  await dropped.front.ask();
  const hit = await dropped.front.ask();
  expect([hit.body, hit.headers['set-cookie']]).toEqual(['call 1', undefined]);
});

test('versions of a split have answers of their own, and the visitor is told his version by the front', async () => {
  const half = { deployment: [V1, V2].map((version) => ({ version, shareBp: 5000 })) };
  const { front } = await useSite(
    { ttl: 60 },
    (incoming, response) => response.end(`${incoming.headers.host}`),
    { ...half, slots: { [V1]: [0], [V2]: [1] }, sticky: { by: 'cookie', name: 'v' } },
  );
  const first = await front.ask();
  expect(first.headers['set-cookie']).toHaveLength(1);
  expect(status(first)).toMatch(/stored/);
  const cookies = new Set<string>();
  await waitFor('a visitor of each version', async () => {
    cookies.add(String((await front.ask()).headers['set-cookie']).replace(/;.*/, ''));
    return cookies.size > 4;
  });
  // The stored answer has nobody's cookie: each got one of his own.
  expect(cookies.size).toBeGreaterThan(4);
});

test('requests by the rule go by the cache, and those with their own wishes only if they are heeded', async () => {
  const rules = { ttl: 60, bypass: { cookies: ['session'], headers: ['x-fresh'] } };
  const { front } = await useSite(rules, plain());
  await front.ask();
  for (const headers of [{ cookie: 'a=1; session=2' }, { 'x-fresh': '1' }])
    expect(status(await front.ask({ headers }))).toMatch(/^selvedge; fwd=bypass; detail=/);
  const wish = { 'cache-control': 'no-cache' };
  expect(status(await front.ask({ headers: wish }))).toMatch(/hit/);
  const heeding = await useSite({ ttl: 60, client_directives: true }, plain());
  await heeding.front.ask();
  expect((await heeding.front.ask({ headers: wish })).body).toBe('call 2');
  const only = await heeding.front.ask({ path: '/other', headers: { 'cache-control': 'only-if-cached' } });
  expect([only.status, heeding.calls()]).toEqual([504, 2]);
});

test('a forged header of ours does nothing, on a request as on an answer', async () => {
  const { front } = await useSite({ ttl: 60 }, (_, response) => {
    response.writeHead(200, { 'x-selvedge-cache': '{"hit":"fresh"}' }).end('own');
  });
  const place = { function: 'fn_other', project: 'default', key: 'k', url: 'x' };
  const forged = {
    'x-selvedge-cache-ask': JSON.stringify({ do: 'look', place, collapseMs: null, heeds: false }),
  };
  expect((await front.ask({ headers: forged })).body).toBe('own');
  const hit = await front.ask({ headers: forged });
  expect([hit.body, status(hit), hit.headers['x-selvedge-cache']]).toEqual([
    'own',
    'selvedge; hit; ttl=60',
    undefined,
  ]);
});

test('a secret that a rule gives the function is in no trace of a hit, and not in what the cache writes', async () => {
  const secret = 'a secret that nobody is to see';
  const rules = {
    cache: compileCache(cacheSchema.parse({ ttl: 60 })),
    requestHeaders: [{ op: 'set', name: 'x-token', sealed: ruleKeys.seal('fn_hello', secret) }] as const,
  };
  const { front, cache } = await useSite(
    {},
    ({ headers }, response) =>
      response
        .writeHead(200, { 'cache-control': 'public, max-age=60' })
        .end(`${String(headers['x-token']).length} letters`),
    { rules },
  );
  const headers = { 'x-selvedge-trace': '1', authorization: 'Bearer token' };
  expect(status(await front.ask({ headers }))).toMatch(/stored/);
  const hit = await front.ask({ headers });
  expect([hit.body, status(hit)]).toEqual([`${secret.length} letters`, 'selvedge; hit; ttl=60']);
  const trace = String(hit.headers['x-selvedge-trace']);
  expect(trace).toContain('(a secret)');
  expect(trace).not.toContain(secret);
  const files = readdirSync(cache.storeDir).filter((name) => name.startsWith('index.db'));
  const written = files.map((name) => readFileSync(join(cache.storeDir, name), 'latin1')).join('');
  expect(written).toContain('hello.localhost');
  expect(written).not.toContain(secret);
});

test('what a rule tells the function in a header that looks like one of ours tells answers apart', async () => {
  const rules = {
    cache: compileCache(cacheSchema.parse({ ttl: 60 })),
    requestHeaders: [{ op: 'set', name: 'x-forwarded-user', value: [{ from: 'request.id' }] }] as const,
  };
  const answer: Answer = ({ headers }, response) => response.end(String(headers['x-forwarded-user']));
  const { front } = await useSite({}, answer, { rules });
  const seen = [(await front.ask()).body, (await front.ask()).body];
  expect(seen[0]).toMatch(/^[0-9a-f]+/);
  expect(seen[1]).not.toBe(seen[0]);
});

test('an encoded answer is kept, and encoded again for each visitor', async () => {
  const { front } = await useSite({ ttl: 60 }, plain());
  const gzip = await import('node:zlib').then(({ gzipSync }) => gzipSync('the page'));
  const encoded = await useSite({ ttl: 60 }, (_, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzip),
  );
  expect((await front.ask()).status).toBe(200);
  for (const expected of [/stored/, /hit/]) {
    const { headers, bytes } = await rawAsk(encoded.front.port, { 'accept-encoding': 'gzip' });
    expect(String(headers['cache-status'])).toMatch(expected);
    expect([headers['content-encoding'], gunzipSync(bytes).toString()]).toEqual(['gzip', 'the page']);
  }
});

test('a visitor who leaves in the middle leaves nothing stored, and the next one gets the whole', async () => {
  const piece = 'x'.repeat(100_000);
  const { front, calls } = await useSite({ ttl: 60 }, (_, response, call) => {
    response.writeHead(200);
    response.write(piece);
    if (call > 1) response.end(piece);
  });
  const leaving = request({ host: '127.0.0.1', port: front.port, headers: { host: 'hello.localhost' } });
  await new Promise<void>((resolve, reject) => {
    leaving.once('response', (incoming) => incoming.once('data', () => resolve()));
    leaving.once('error', reject);
    leaving.end();
  });
  leaving.destroy();
  const whole = await front.ask();
  expect([whole.body.length, calls()]).toEqual([200_000, 2]);
  await waitFor('it to be stored', async () => /hit/.test(status(await front.ask())));
  expect((await front.ask()).body.length).toBe(200_000);
});

test('a body that the instance or its time breaks off is not stored', async () => {
  const breaking: Answer = (_, response, call) => {
    response.writeHead(200);
    response.write('x'.repeat(100_000), () => {
      if (call % 2 === 1) response.destroy();
    });
  };
  const { front, calls } = await useSite({ ttl: 60 }, breaking, { streamTimeoutMs: 300 });
  for (let call = 1; call <= 4; call += 1) {
    await expect(front.ask()).rejects.toThrow();
    expect(calls()).toBe(call);
  }
});

test('whoever is not let in gets nothing of what is stored', async () => {
  const { front, calls } = await useSite({}, plain({ 'cache-control': 'public, max-age=60' }), {
    public: false,
  });
  const headers = { authorization: 'Bearer token' };
  expect([(await front.ask({ headers })).body, (await front.ask({ headers })).body]).toEqual([
    'call 1',
    'call 1',
  ]);
  expect([(await front.ask()).status, calls()]).toEqual([401, 1]);
});

test('variants of an experiment, and paths that were rewritten, are kept apart', async () => {
  const blueAndGreen: ExperimentEntry = {
    ...{ name: 'buttons', status: 'running', winner: null, by: { kind: 'visitor' }, target: null },
    ...{ conversion: null, part: { seed: 'share buttons', fromBp: 0, toBp: 10_000 } },
    variants: [
      { name: 'blue', weight: 1 },
      { name: 'green', weight: 1, path: '/green' },
    ],
  };
  const rules = { cache: compileCache(cacheSchema.parse({ ttl: 60 })), experiments: [blueAndGreen] };
  const { front, calls } = await useSite(
    {},
    ({ url, headers }, response) => {
      response.end(`${url} for ${headers['x-selvedge-variant']}`);
    },
    { rules },
  );
  const seen = new Set<string>();
  const answers: string[] = [];
  await waitFor('both variants', async () => {
    const { body } = await front.ask();
    answers.push(body);
    return seen.add(body).size > 1;
  });
  for (let n = 0; n < 10; n += 1) answers.push((await front.ask()).body);
  // Each visitor is new and gets the variant that is his; the function was asked once for each of the two.
  expect([seen.size, calls()]).toEqual([2, 2]);
  expect(answers.every((body) => seen.has(body) && /for buttons=(blue|green)/.test(body))).toBe(true);
});

test('a cache that takes calls and answers none holds requests up for two seconds, and is then left alone', async () => {
  const front = await useFront(aTable([entryWith({ ttl: 60, collapse: 0 })]));
  const path = join(useTmpDir(), 'silent.sock');
  const silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(path, resolve));
  onTestFinished(() => {
    silent.closeAllConnections();
    silent.close();
  });
  front.cacheAt(path);
  await front.slot(0, (_, response) => response.end('own'));
  const first = await front.ask();
  expect([first.body, status(first)]).toEqual(['own', 'selvedge; fwd=bypass; detail=away']);
  expect((await front.ask()).body).toBe('own');
});

function rawAsk(
  port: number,
  headers: Record<string, string>,
): Promise<{ headers: IncomingMessage['headers']; bytes: Buffer }> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port, headers: { host: 'hello.localhost', ...headers } });
    outgoing.once('response', (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.once('end', () => resolve({ headers: incoming.headers, bytes: Buffer.concat(chunks) }));
    });
    outgoing.once('error', reject);
    outgoing.end();
  });
}
