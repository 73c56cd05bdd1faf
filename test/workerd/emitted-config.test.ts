// Goal: what the emitter writes is what a real workerd runs, whatever users put into it.
// Method: start workerd with each emitted text and ask the isolate what it got.

import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { BundleModule } from '../../control/bundle/types.ts';
import { experimentalFlags } from '../../control/workerd/compatibility.ts';
import { emitCapnp } from '../../control/workerd/emit-capnp.ts';
import {
  everythingSample,
  frontSample,
  HELLO_MODULE,
  instanceSample,
} from '../../control/workerd/goldens/sample-configs.ts';
import { redactSecrets } from '../../control/workerd/instance-config.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { useWorkerd } from '../support/use-workerd.ts';

/** Listens where `address` says: a unix socket's path, or port 0 of loopback. Answers with the port. */
async function useOrigin(listener: RequestListener, path?: string): Promise<number> {
  const server = createServer({ requireHostHeader: false }, listener);
  await new Promise<void>((resolve) => {
    if (path === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(path, resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

test('an instance serves with its variables and what it is told of itself', async () => {
  const workerd = await useWorkerd(emitCapnp(instanceSample()), { sockets: ['http'] });
  const env = JSON.parse((await workerd.fetch('http')).body);
  expect(env).toMatchObject({
    GREETING: 'Hello, "world"',
    API_KEY: 'do-not-show',
    __selvedge: { function: 'fn_00000000000000000001', name: 'hello', project: 'default' },
  });
});

test('a redacted config still runs', async () => {
  const workerd = await useWorkerd(emitCapnp(redactSecrets(instanceSample())), { sockets: ['http'] });
  expect(JSON.parse((await workerd.fetch('http')).body).API_KEY).toBe('(secret)');
});

test('an isolate gets every kind of module and binding', async () => {
  const workerd = await useWorkerd(emitCapnp(everythingSample(useTmpDir())), {
    sockets: ['http'],
    env: { SELVEDGE_TEST_HOST: 'from the environment' },
  });
  expect(JSON.parse((await workerd.fetch('http')).body)).toEqual({
    TEXT: 'a\0b',
    parsed: { deep: [null, '\ud83d'] },
    bytes: [1, 2],
    HOST: 'from the environment',
    service: 'from the entrypoint',
    modules: { text: 'two\nlines\n', data: [0, 127, 255], json: { rows: [1, 2] }, wasm: true },
  });
});

test('a front answers clients and control apart, reads its snapshot, and reaches slots and control', async () => {
  const dir = useTmpDir();
  mkdirSync(join(dir, 'run/slots'), { recursive: true });
  mkdirSync(join(dir, 'snapshot'));
  writeFileSync(join(dir, 'snapshot/routing-table.json'), '{"generation": 7}');
  await useOrigin(
    (request, response) => {
      response.end(JSON.stringify([request.url, request.headers.host, request.headers['cf-blob']]));
    },
    join(dir, 'run/slots/3.sock'),
  );
  await useOrigin((_, response) => response.end('the table'), join(dir, 'run/control.sock'));

  const front = await useWorkerd(emitCapnp(frontSample(dir, ['--gc-global'])), {
    sockets: ['public', 'secure', 'private', 'bound'],
  });
  expect((await front.fetch('private')).body).toBe('private');
  const told = { 'cf-blob': '{"clientIp":"203.0.113.7:4000"}', 'cf-scheme': 'https' };
  expect(JSON.parse((await front.fetch('secure', '/', told)).body)).toEqual({
    url: 'https://test.localhost/',
    cf: { clientIp: '203.0.113.7:4000' },
  });
  expect((await front.fetch('public', '/snapshot')).body).toBe('{"generation": 7}');
  expect((await front.fetch('public', '/control')).body).toBe('the table');
  const [path, host, cf] = JSON.parse((await front.fetch('public', '/SLOT_3?country=NL')).body);
  expect([path, host, JSON.parse(cf)]).toEqual(['/path', 'hello', { country: 'NL' }]);
});

test('a client can not forge what an instance takes for request.cf', async () => {
  const dir = useTmpDir();
  mkdirSync(join(dir, 'run/slots'), { recursive: true });
  mkdirSync(join(dir, 'snapshot'));
  await useOrigin(
    (request, response) => response.end(JSON.stringify(request.headers)),
    join(dir, 'run/slots/0.sock'),
  );
  const front = await useWorkerd(emitCapnp(frontSample(dir)), {
    sockets: ['public', 'secure', 'private', 'bound'],
  });
  const headers = { 'cf-blob': '{"country":"XX"}', 'x-other': 'kept' };
  const seen = JSON.parse((await front.fetch('public', '/SLOT_0', headers)).body);
  expect(seen['x-other']).toBe('kept');
  expect(seen['cf-blob'] ?? '').not.toContain('XX');
});

test('a front serves on while nobody listens on a slot, and uses it once somebody does', async () => {
  const dir = useTmpDir();
  mkdirSync(join(dir, 'run/slots'), { recursive: true });
  mkdirSync(join(dir, 'snapshot'));
  const front = await useWorkerd(emitCapnp(frontSample(dir)), {
    sockets: ['public', 'secure', 'private', 'bound'],
  });
  expect((await front.fetch('public', '/SLOT_0')).status).toBe(503);
  await useOrigin((_, response) => response.end('here'), join(dir, 'run/slots/0.sock'));
  expect((await front.fetch('public', '/SLOT_0')).body).toBe('here');
});

const FETCHES: BundleModule = {
  name: 'index.js',
  type: 'esm',
  content: `export default {
    async fetch(request) {
      try {
        const headers = { 'x-selvedge-function': 'forged' };
        return await fetch(request.headers.get('x-target'), { headers });
      } catch (error) {
        return new Response(String(error), { status: 599 });
      }
    },
  };`,
};

test('what leaves an instance goes to its own socket, with the full URL, and names no caller', async () => {
  const seen: { url: string | undefined; headers: NodeJS.Dict<string | string[]> }[] = [];
  const outboundSocket = join(useTmpDir(), 'own.sock');
  await useOrigin(({ url, headers }, response) => {
    seen.push({ url, headers });
    response.end();
  }, outboundSocket);
  const instance = await useWorkerd(emitCapnp(instanceSample({ modules: [FETCHES], outboundSocket })), {
    sockets: ['http'],
  });
  await instance.fetch('http', '/', { 'x-target': 'https://api.example.com/users?a=1' });
  expect(seen.map(({ url }) => url)).toEqual(['https://api.example.com/users?a=1']);
  // No header tells who calls, so there is none to forge: see control/outbound/contract.ts.
  expect(seen[0]?.headers).toEqual({ 'x-selvedge-function': 'forged' });
});

test('an instance whose socket of the outbound is not there reaches nothing', async () => {
  let reached = 0;
  const port = await useOrigin((_, response) => {
    reached += 1;
    response.end();
  });
  const config = instanceSample({ modules: [FETCHES], outboundSocket: join(useTmpDir(), 'none.sock') });
  const instance = await useWorkerd(emitCapnp(config), { sockets: ['http'] });
  const answer = await instance.fetch('http', '/', { 'x-target': `http://127.0.0.1:${port}/` });
  expect([answer.status, reached]).toEqual([599, 0]);
});

const HOSTILE = {
  quotes: '"\'`\\"',
  backslashes: '\\ \\\\ \\n \\x00 \\u0000',
  lines: 'a\nb\r\nc\rd\n',
  placeholder: '$\u007bx} $$ {{x}} %s',
  nul: '\0a\0\0b0',
  controls: Array.from({ length: 160 }, (_, code) => String.fromCharCode(code)).join(''),
  separators: '\u2028\u2029\u0085\u00a0\ufeff\u200b',
  bidirectional: 'a\u202eb\u2066c',
  emoji: '😀👩‍👩‍👧‍👦🇳🇱',
  nonCharacters: '\uffff\ufffe\u{10ffff}',
  combining: '\u0301\u0308e\u0301',
  loneSurrogates: '\ud83d x \ude00 \ude00\ud83d',
  comment: '# not a comment',
  brackets: ')]; const config :Workerd.Config = (services = [',
  binding: '"), (name = "INJECTED", text = "1',
  empty: '',
  big: 'x"\\\n\0é😀'.repeat(110_000),
};

test('variables arrive in the isolate exactly as they were set, in env and in process.env', async () => {
  const env = Object.entries(HOSTILE).map(([key, value]) => ({ key, value, secret: true }));
  const content = `import process from 'node:process';
    export default { fetch: (_, env) => Response.json({ env, process: { ...process.env } }) };`;
  const config = instanceSample({ env, modules: [{ ...HELLO_MODULE, content }] });
  const workerd = await useWorkerd(emitCapnp(config), { sockets: ['http'] });
  const { env: got, process } = JSON.parse((await workerd.fetch('http')).body);
  const { __selvedge, ...variables } = got;
  expect(Object.keys(variables).sort()).toEqual(Object.keys(HOSTILE).sort());
  for (const [key, value] of Object.entries(HOSTILE)) {
    expect(variables[key] === value, `env.${key}`).toBe(true);
    expect(process[key] === value, `process.env.${key}`).toBe(true);
  }
});

const HOSTILE_NAMES = Object.entries(HOSTILE)
  .filter(([kind]) => !['nul', 'controls', 'loneSurrogates', 'big', 'empty', 'nonCharacters'].includes(kind))
  .map(([, name]) => name);

test('modules are found under hostile names', async () => {
  const modules = HOSTILE_NAMES.map((name): BundleModule => ({ name, type: 'text', content: `<${name}>` }));
  const imports = HOSTILE_NAMES.map((name, index) => `import m${index} from ${JSON.stringify(name)};\n`);
  const list = HOSTILE_NAMES.map((_, index) => `m${index}`);
  const content = `${imports.join('')}export default { fetch: () => Response.json([${list}]) };`;
  const config = instanceSample({ modules: [{ ...HELLO_MODULE, content }, ...modules] });
  const workerd = await useWorkerd(emitCapnp(config), { sockets: ['http'] });
  expect(JSON.parse((await workerd.fetch('http')).body)).toEqual(HOSTILE_NAMES.map((name) => `<${name}>`));
});

test('hostile source reaches the isolate as it was written', async () => {
  const source = Object.entries(HOSTILE).filter(([kind]) => kind !== 'loneSurrogates');
  const content = source.map(([, value]) => value).join('');
  const modules: BundleModule[] = [
    { ...HELLO_MODULE, content: `import t from 't'; export default { fetch: () => new Response(t) };` },
    { name: 't', type: 'text', content },
  ];
  const workerd = await useWorkerd(emitCapnp(instanceSample({ modules })), { sockets: ['http'] });
  expect((await workerd.fetch('http')).body === content).toBe(true);
});

test('services and bindings are found under hostile names', async () => {
  const config = emitCapnp({
    services: [
      {
        kind: 'worker',
        name: 'main',
        modules: [
          {
            kind: 'esModule',
            name: 'index.js',
            content: `export default { fetch: async (_, env) => Response.json(await Promise.all(
              Object.entries(env).map(async ([name, service]) => [name, await (await service.fetch('http://x/')).text()]))) };`,
          },
        ],
        compatibilityDate: '2026-11-01',
        compatibilityFlags: [],
        bindings: HOSTILE_NAMES.map((name) => ({ kind: 'service', name, service: { name } })),
      },
      { kind: 'network', name: 'internet', allow: [], deny: [] },
      ...HOSTILE_NAMES.map((name, index) => ({
        kind: 'worker' as const,
        name,
        modules: [
          {
            kind: 'esModule' as const,
            name: 'index.js',
            content: `export default { fetch: () => new Response("${index}") };`,
          },
        ],
        compatibilityDate: '2026-11-01',
        compatibilityFlags: [],
        bindings: [],
      })),
    ],
    sockets: [{ name: 'http', http: {}, service: { name: 'main' } }],
  });
  const workerd = await useWorkerd(config, { sockets: ['http'] });
  const answered = new Map(JSON.parse((await workerd.fetch('http')).body));
  expect(answered).toEqual(new Map(HOSTILE_NAMES.map((name, index) => [name, String(index)])));
});

test('workerd itself refuses each flag that we call experimental', async () => {
  // All in one process: workerd complains of every worker before it gives up.
  const config = emitCapnp({
    services: experimentalFlags.map((flag) => ({
      kind: 'worker',
      name: flag,
      modules: [{ kind: 'esModule', name: 'index.js', content: 'export default {};' }],
      compatibilityDate: '2026-11-01',
      compatibilityFlags: [flag],
      bindings: [],
      globalOutbound: { name: 'internet' },
    })),
    sockets: [{ name: 'http', http: {}, service: { name: 'experimental' } }],
  });
  const ended = await useWorkerd(config, { sockets: ['http'] }).catch((error: Error) => error.message);
  const refused = [...String(ended).matchAll(/compatibility flag (\w+) is experimental/g)].map(
    ([, flag]) => flag,
  );
  expect(refused.sort()).toEqual([...experimentalFlags].sort());
});
