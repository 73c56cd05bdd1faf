// `functions test` with the real router, Miniflare and workerd; and with the vitest of a project.

import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { runTest, type TestOptions, type TestOutcome } from '../../control/cli/local/test-event.ts';
import { readCode } from '../support/read-code.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

interface Printed extends TestOutcome {
  readonly printed: string;
}

/** Runs it on a folder with these files, `event.json` being the event. */
async function test(
  files: Readonly<Record<string, string>>,
  options: Partial<TestOptions> = {},
): Promise<Printed> {
  const folder = useTmpDir();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  let printed = '';
  const outcome = await runTest({
    ...{
      folder,
      cacheDir: useTmpDir(),
      env: { PATH: process.env.PATH },
      signal: new AbortController().signal,
    },
    ...('event.json' in files && { event: { value: JSON.parse(String(files['event.json'])) } }),
    load: async () => {
      const { 'event.json': _, ...code } = readCode(folder);
      return { name: 'hello', code };
    },
    write: (chunk) => {
      printed += chunk;
    },
    ...options,
  });
  return { ...outcome, printed };
}

it('answers as invoke does: response, logs, duration', async () => {
  const { ok, answer } = await test(
    {
      'index.js': `exports.handler = async (event, context) => {
      console.log('for', event.name);
      context.waitUntil(Promise.resolve().then(() => console.info('afterwards')));
      return { statusCode: 201, body: { hello: event.name } };
    };`,
      'event.json': '{"name": "Ada"}',
    },
    {},
  );
  expect(ok).toBe(true);
  expect(answer).toEqual({
    request_id: expect.any(String),
    status: 'success',
    response: { hello: 'Ada' },
    logs: [
      { level: 'log', message: 'for Ada', time: expect.any(String) },
      { level: 'info', message: 'afterwards', time: expect.any(String) },
    ],
    duration_ms: expect.any(Number),
    cpu_ms: null,
    memory_bytes: null,
    cold_start: expect.any(Boolean),
    version: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

it('fails with code, message and a stack in the source when the handler throws', async () => {
  const { ok, answer } = await test({
    'index.ts':
      'interface Order { id: number }\n\nexport const handler = (order: Order) => {\n  throw new TypeError("no " + order.id);\n};\n',
    'event.json': '{"id": 7}',
  });
  expect(ok).toBe(false);
  expect(answer).toMatchObject({
    error: {
      ...{ code: 'FN_004', message: 'no 7' },
      stack: expect.stringMatching(/^TypeError: no 7\n {4}at .*index\.ts:4:\d+/),
    },
    logs: [{ level: 'error', message: 'no 7' }],
  });
});

it('passes method, path, headers and query on', async () => {
  const { answer } = await test(
    {
      'index.js':
        "export default (request) => new Response(request.method + ' ' + new URL(request.url).pathname + new URL(request.url).search + ' ' + request.headers.get('x-a'));",
      'event.json': '{}',
    },
    { method: 'PUT', path: '/a/b', headers: { 'X-A': '1' }, query: { q: 'r' } },
  );
  expect(answer).toMatchObject({ response: 'PUT /a/b?q=r 1' });
});

it('lets the function reach nothing, and says so to it', async () => {
  let connections = 0;
  const server = createServer((_, response) => response.end());
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { answer } = await test({
    'index.js': `import { connect } from 'cloudflare:sockets';
      export const handler = async () => {
        const answer = await fetch('http://127.0.0.1:${port}/');
        const socket = connect('127.0.0.1:${port}');
        const writer = socket.writable.getWriter();
        const read = socket.readable.getReader().read();
        const connected = await writer.write(new TextEncoder().encode('GET / HTTP/1.0\\r\\n\\r\\n')).then(() => read).then(({ done }) => !done, () => false);
        return { status: answer.status, code: (await answer.json()).error.code, connected };
      };`,
    'event.json': '{}',
  });
  expect(answer).toMatchObject({ response: { status: 403, code: 'FN_009', connected: false } });
  expect(connections).toBe(0);
});

it('refuses a function that does not build with the place', async () => {
  await expect(test({ 'index.js': 'export default (', 'event.json': '{}' })).rejects.toMatchObject({
    code: 'FN_005',
    message: expect.stringMatching(/^index\.js:1:\d+: /),
  });
});

it('ends at an abort, while the function hangs', async () => {
  const stop = new AbortController();
  const running = test(
    {
      'index.js': `export const handler = () => new Promise((done) => setTimeout(done, 60_000));`,
      'event.json': '{}',
    },
    { signal: stop.signal },
  );
  // Whichever step it is at.
  setTimeout(() => stop.abort(), 400);
  await expect(running).rejects.toThrow();
});

/** A vitest of the project's own, as small as can be: it prints and ends with a code. */
function withVitest(folder: string, program: string): void {
  const own = join(folder, 'node_modules/vitest');
  mkdirSync(own, { recursive: true });
  writeFileSync(
    join(own, 'package.json'),
    '{"name": "vitest", "version": "0.0.0", "bin": {"vitest": "./run.mjs"}}',
  );
  writeFileSync(join(own, 'run.mjs'), program);
}

it.each([
  [0, true],
  [1, false],
])('runs the vitest of the project without an event; its exit code %i is %s', async (code, ok) => {
  const folder = useTmpDir();
  withVitest(folder, `console.log(process.argv[2], process.cwd()); process.exit(${code});`);
  const outcome = await test({}, { folder });
  expect(outcome).toEqual({ ok, printed: `run ${folder}\n` });
});

it('says what to install when the project has no vitest', async () => {
  await expect(test({})).rejects.toMatchObject({
    code: 'FN_006',
    message: expect.stringContaining('npm install --save-dev vitest'),
  });
});
