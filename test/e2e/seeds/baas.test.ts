// Goal: the calls and handlers of seed 003, "BaaS Functions Service", work as they are written there. Each test is named
// after the heading that its block stands under.
// Method: the blocks, in test/fixtures/seeds/003, are put into a handler where they are no whole one, and run by
// `/execute`, against a platform that asks for no token, as the document's does. Only host and port are others.

import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { runShellBlock, seedBlock } from '../../support/seed-block.ts';
import { type Answer, TestPlatform } from '../../support/test-platform.ts';
import { useSelvedge } from '../../support/use-selvedge.ts';
import { waitFor } from '../../support/wait-for.ts';

let platform: TestPlatform;
const origin = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ method: request.method, url: request.url, body }));
  });
});
let originUrl = '';

beforeAll(async () => {
  await once(origin.listen(0, '127.0.0.1'), 'listening');
  const { port } = origin.address() as AddressInfo;
  originUrl = `http://127.0.0.1:${port}`;
  const settings = { SELVEDGE_AUTH: 'none', SELVEDGE_EGRESS_PRIVATE: `127.0.0.1:${port}` };
  platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slv-')), settings);
  await platform.start();
});
afterAll(async () => {
  await platform.destroy();
  origin.close();
});

type Said = Record<string, unknown>;
const post = (path: string, body: object): Promise<Answer<Said>> => platform.api('POST', path, body);
const execute = (code: string, more: object = {}): Promise<Answer<Said>> =>
  post('/execute', { code, ...more });
/** A block of the document that is the inside of a handler. */
const inHandler = (block: string, rest = ''): string =>
  `export default async function handler(request, context) {\n${block}\n${rest}\n}\n`;
const fails = (message: string, code: string): unknown => ({
  success: false,
  error: { message: expect.stringContaining(message), code },
});

describe('seed 003, API Endpoints', () => {
  const format = seedBlock('003/function-format.js');

  test('POST /execute: the Function Format runs with a request and its required variable', async () => {
    const { status, body } = await execute(format, {
      request: { body: { name: 'Ada' }, method: 'POST', headers: {}, query: {} },
      env: { API_KEY: 'k' },
    });
    expect([status, body]).toEqual([200, { success: true, data: { message: 'Hello, Ada!' } }]);
  });

  test('POST /execute: a variable of env_required that is missing is named', async () => {
    const { status, body } = await execute(format, { request: { body: { name: 'Ada' } } });
    expect([status, body]).toEqual([500, fails('API_KEY', 'FN_004')]);
  });

  test('POST /execute: a stored function answers the same by its name', async () => {
    await platform.create('stored', format, { convention: 'baas', environment: { API_KEY: 'k' } });
    const { status, body } = await post('/execute', {
      function: 'stored',
      request: { body: { name: 'Bo' } },
    });
    expect([status, body]).toEqual([200, { success: true, data: { message: 'Hello, Bo!' } }]);
    const other = await post('/execute', { function: 'nothing' });
    expect([other.status, other.body]).toEqual([404, fails('no function "nothing"', 'FN_001')]);
  });

  test('POST /execute: a stored function runs once with other variables, and keeps its own', async () => {
    const code = inHandler('return context.success({ a: context.env.A, b: context.env.B });');
    await platform.create('varied', code, { convention: 'baas', environment: { A: 'own', B: 'own' } });
    const once = await post('/execute', { function: 'varied', env: { B: 'other' } });
    expect(once.body).toEqual({ success: true, data: { a: 'own', b: 'other' } });
    const ever = await post('/execute', { function: 'varied' });
    expect(ever.body).toEqual({ success: true, data: { a: 'own', b: 'own' } });
  });

  test('POST /test: runs the same without a network', async () => {
    const code = inHandler(`return context.success(await context.http.get('${originUrl}/'));`);
    const { status, body } = await post('/test', { code });
    expect([status, body]).toEqual([500, fails('egress is \\"none\\"', 'FN_004')]);
    const quiet = await post('/test', {
      code: inHandler('return context.success(request.body);'),
      request: { body: 7 },
    });
    expect([quiet.status, quiet.body]).toEqual([200, { success: true, data: 7 }]);
  });

  test('POST /validate: the Function Format is valid, and its config is told', async () => {
    const { status, body } = await post('/validate', { code: format });
    expect([status, body]).toEqual([
      200,
      {
        ...{ valid: true, errors: [], warnings: [] },
        config: {
          ...{ name: 'My Function', description: 'Example function', timeout: 30000, memory: 256 },
          env_required: ['API_KEY'],
        },
      },
    ]);
  });

  test('POST /validate: faults and dangerous patterns have their places', async () => {
    const broken = await post('/validate', { code: inHandler('return context.success({;') });
    expect(broken.body).toMatchObject({ valid: false, errors: [{ line: 2, column: expect.any(Number) }] });
    const risky = await post('/validate', { code: inHandler('while (true) { eval("1"); }') });
    expect(risky.body).toMatchObject({ valid: true, errors: [], warnings: [{ line: 2 }, { line: 2 }] });
  });

  test('GET /info: tells what the service is', async () => {
    const { status, body } = await platform.api<Said>('GET', '/info');
    expect(status).toBe(200);
    expect(body).toMatchObject({ version: expect.any(String), sandbox: expect.any(String) });
  });
});

describe('seed 003, BaaS Context API', () => {
  test('Database Operations: refused clearly, as there is no database yet', async () => {
    const { status, body } = await execute(inHandler(seedBlock('003/database-operations.js')));
    expect([status, body]).toEqual([500, fails('context.db.project is not available', 'FN_004')]);
  });

  test('HTTP Client: get and post reach what the egress allows', async () => {
    const block = seedBlock('003/http-client.js').replaceAll('https://api.example.com', originUrl);
    const code = inHandler(
      block.replace('{ data }', '{ data: data.url }'),
      'return context.success({ data, result });',
    );
    // Not inline, as private networks are open to functions only that name them.
    await platform.create('client', code, { convention: 'baas', egress: [new URL(originUrl).host] });
    const { status, body } = await post('/execute', { function: 'client' });
    expect(status).toBe(200);
    expect(body.data).toEqual({
      data: { method: 'GET', url: '/data', body: '' },
      result: { method: 'POST', url: '/submit', body: '{"data":"/data"}' },
    });
  });

  test('Logging: the lines are in the log of a stored function, with their details and level', async () => {
    const code = inHandler(seedBlock('003/logging.js'), 'return context.success();');
    await platform.create('logging', code, { convention: 'baas' });
    expect((await post('/execute', { function: 'logging' })).body).toEqual({ success: true, data: null });
    const lines = await waitFor('both lines', async () => {
      const { body } = await platform.api<{ logs: { level: string; message: string }[] }>(
        ...(['GET', '/functions/logging/logs'] as const),
      );
      const found = body.logs.filter(({ message }) => message.startsWith('Processing'));
      return found.length === 2 ? found : undefined;
    });
    expect(lines.map(({ level }) => level).toSorted()).toEqual(['error', 'info']);
    expect(lines.map(({ message }) => message).join()).toMatch(/userId.*123/);
  });

  test('Environment Variables: are what the execution is given', async () => {
    const code = inHandler(
      seedBlock('003/environment-variables.js'),
      'return context.success({ apiKey, dbUrl });',
    );
    const { body } = await execute(code, { env: { API_KEY: 'k', DATABASE_URL: 'postgres://db' } });
    expect(body).toEqual({ success: true, data: { apiKey: 'k', dbUrl: 'postgres://db' } });
  });

  test('Response Helpers: success and error', async () => {
    const [success = '', error = ''] = seedBlock('003/response-helpers.js').split('// Error response');
    const good = await execute(inHandler(`const results = [1, 2];\n${success}`));
    expect([good.status, good.body]).toEqual([200, { success: true, data: { data: [1, 2] } }]);
    const bad = await execute(inHandler(error));
    expect([bad.status, bad.body]).toEqual([400, fails('Something went wrong', 'VALIDATION_ERROR')]);
  });
});

describe('seed 003, Security Features and Features', () => {
  test('Resource Limits: the timeout of config, in milliseconds, ends a wait and a loop', async () => {
    const config = 'export const config = { timeout: 1000 };\n';
    const waits = await execute(config + inHandler('await new Promise((done) => setTimeout(done, 60000));'));
    expect([waits.status, waits.body]).toEqual([504, fails('timeout of 1 s', 'FN_002')]);
    const loops = await execute(config + inHandler('for (;;);'));
    expect([loops.status, loops.body]).toEqual([504, fails('timeout of 1 s', 'FN_002')]);
  });

  test('Resource Limits: the memory of config is held', async () => {
    const code = `export const config = { memory: 64 };\n${inHandler('const all = []; for (;;) { all.push(new Uint8Array(1e6).fill(1)); await 0; }')}`;
    const { status, body } = await execute(code);
    expect([status, body]).toEqual([503, fails('64', 'FN_003')]);
  });

  test('an execution leaves nothing behind: no process, function, bundle, log, socket or audit entry', async () => {
    const own = await useSelvedge({ SELVEDGE_AUTH: 'none' });
    const run = async (path: string, code: string): Promise<number> =>
      (await own.api('POST', path, { code })).status;
    const files = (folder: string): string[] => {
      const path = join(own.dataDir, folder);
      const names = existsSync(path) ? readdirSync(path, { recursive: true }).map(String) : [];
      // Blanks come and go; one that is taken has a slot's name.
      return names.filter((name) => !/^instance-\w+\.sock$/.test(name)).toSorted();
    };
    const folders = ['bundles', 'run/callers', 'run/slots', 'run/services', 'cache/tryouts', 'cache/configs'];
    const state = async (): Promise<unknown> => ({
      instances: own.processes().filter(({ kind }) => kind === 'instance'),
      functions: (await own.api<Said>('GET', '/functions')).body.functions,
      audit: (await own.api<Said>('GET', '/audit')).body.entries,
      files: folders.map((folder) => [folder, files(folder)]),
    });
    const faults = async (): Promise<number> =>
      (await own.api<{ counts: { egress_faults: number } }>('GET', '/health')).body.counts.egress_faults;
    const before = await state();
    expect(await run('/execute', inHandler('console.log("a line"); return context.success();'))).toBe(200);
    expect(await run('/execute', 'export default 1')).toBe(422);
    expect(await run('/execute', 'export default (')).toBe(422);
    expect(await run('/execute', inHandler('throw new Error("no")'))).toBe(500);
    expect(await run('/test', inHandler(`await fetch('${originUrl}/'); return context.success();`))).toBe(
      200,
    );
    await waitFor('the outbound to tell of the refusal', async () => (await faults()) > 0);
    expect(await state()).toEqual(before);
    const logs = new DatabaseSync(join(own.dataDir, 'telemetry.db'), { readOnly: true });
    onTestFinished(() => logs.close());
    expect(logs.prepare('SELECT id FROM functions').all()).toEqual([]);
    expect(logs.prepare('SELECT message FROM entries').all()).toEqual([]);
  });

  test('Concurrency: executions beyond those that run wait, and beyond those are refused', async () => {
    const slow = inHandler('await new Promise((done) => setTimeout(done, 500)); return context.success();');
    const answers = await Promise.all(Array.from({ length: 40 }, () => execute(slow)));
    const statuses = Map.groupBy(answers, ({ status }) => status);
    expect(statuses.get(200)?.length).toBe(36);
    expect(statuses.get(429)?.map(({ body }) => body)).toEqual(
      Array.from({ length: 4 }, () => fails('4 executions run and 32 wait', 'FN_007')),
    );
    expect(statuses.get(429)?.[0]?.headers.get('retry-after')).toBe('1');
  });

  test('Comprehensive Logging: a handler that throws is told with its message', async () => {
    const { status, body } = await execute(inHandler('throw new TypeError("no such thing")'));
    expect([status, body]).toEqual([500, fails('no such thing', 'FN_004')]);
  });
});

describe('seed 003, Monitoring', () => {
  test('Health Checks: the curl example has status, memory, load and the sandbox', async () => {
    const place = { written: 'http://localhost:3001', here: platform.control };
    expect(JSON.parse(await runShellBlock(seedBlock('003/health.sh'), place))).toMatchObject({
      status: expect.stringMatching(/^(ok|degraded)$/),
      memory: { used_bytes: expect.any(Number), limit_bytes: expect.any(Number) },
      cpu: { load_average: [expect.any(Number), expect.any(Number), expect.any(Number)] },
      sandbox: { available: expect.any(Boolean) },
    });
  });
});
