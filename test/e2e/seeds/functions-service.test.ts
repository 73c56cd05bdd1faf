// Goal: the code blocks of seed 001, functions-service, run as they are written but for host and ids. That service
// asks for no token, so neither does the platform here: SELVEDGE_AUTH=none, on loopback.
// Method: a real platform; curl blocks by a shell with the real curl, handlers deployed from
// test/fixtures/seeds/001. What a handler calls and the document leaves out is defined beside it. Each test's name
// begins with the heading that it is of.

import { expect, test } from 'vitest';
import { examplesIn, runShell, seedBlock } from '../../support/seed-block.ts';
import { useSelvedge } from '../../support/use-selvedge.ts';
import { useSharedSelvedge } from '../../support/use-shared-selvedge.ts';
import { waitFor } from '../../support/wait-for.ts';

interface Invoked {
  success: boolean;
  result: unknown;
  duration: number;
  logs: string[];
  error: string;
  message: string;
}
interface Metadata {
  success: boolean;
  function: Record<string, unknown> & { id: string };
  functions: Record<string, unknown>[];
  count: number;
  logs: string[];
  error: string;
  message: string;
}

const platform = useSharedSelvedge({ SELVEDGE_AUTH: 'none' });
const managed = '/api/functions/projects/project-123';

async function deploy(function_name: string, code: string, more: object = {}): Promise<Metadata['function']> {
  const { status, body } = await platform.api<Metadata>('POST', managed, {
    ...{ function_name, file_path: `api/${function_name}.js`, runtime: 'node18', code },
    ...more,
  });
  expect([status, body.success]).toEqual([201, true]);
  return body.function;
}
const invoke = (name: string, event: unknown) =>
  platform.api<Invoked>('POST', `/api/v1/functions/project-123/${name}`, event);

test('Test Function Invocation, Test Async Function, View Metrics: the curl calls', async () => {
  await deploy('hello', examplesIn(seedBlock('001/function-format.js'))[0] ?? '');
  await deploy(
    'async-handler',
    'export async function handler(event) { return await Promise.resolve(event); }',
  );
  const here = { 'http://localhost:9001': platform.control };
  const hello = JSON.parse(await runShell(seedBlock('001/test-function-invocation.sh'), here)) as Invoked;
  expect(hello).toMatchObject({
    success: true,
    result: { statusCode: 200, body: '{"message":"Hello World"}' },
    logs: [expect.stringMatching(/^\[LOG\] Function invoked with: .*World/)],
  });
  expect(Number.isInteger(hello.duration)).toBe(true);
  const later = JSON.parse(await runShell(seedBlock('001/test-async-function.sh'), here)) as Invoked;
  expect(later).toMatchObject({ success: true, result: { query: 'test' }, logs: [] });

  const [metrics = ''] = seedBlock('001/view-metrics.sh').split('\n\n');
  const health = await waitFor('the calls to be counted', async () => {
    const shown = JSON.parse(await runShell(metrics, here)) as Record<string, number>;
    return Number(shown.totalInvocations) >= 2 && shown;
  });
  expect(health).toMatchObject({ failedInvocations: expect.any(Number), uptime: expect.any(Number) });
  expect(health.successfulInvocations).toBe(
    Number(health.totalInvocations) - Number(health.failedInvocations),
  );
});

test('Function Format: every handler of the block, with the context of Handler Signature', async () => {
  const [, asynchronous = '', withContext = ''] = examplesIn(seedBlock('001/function-format.js'));
  await deploy('asynchronous', `const someAsyncOperation = async () => 'the data';\n${asynchronous}`);
  expect((await invoke('asynchronous', {})).body).toMatchObject({
    result: { message: 'Processed successfully', data: 'the data' },
  });
  await deploy('with-context', withContext);
  const { body } = await invoke('with-context', { any: ['event'] });
  expect(body.result).toEqual({ any: ['event'] });
  expect(body.logs.slice(0, 2)).toEqual(['[LOG] Function: with-context', '[LOG] Project: project-123']);
  expect(body.logs[2]).toMatch(/^\[LOG\] Invocation ID: \S+$/);

  await deploy('context', 'export const handler = (event, context) => context;');
  const { result } = (await invoke('context', {})).body as { result: Record<string, string> };
  expect(Object.keys(result)).toEqual(['functionName', 'projectId', 'invocationId', 'timestamp']);
  expect(new Date(String(result.timestamp)).toISOString()).toBe(result.timestamp);
});

test('Get Function Metadata, List Project Functions, Management Endpoints: the fields of the document', async () => {
  const made = await deploy('metadata', 'export const handler = (event) => event;');
  await invoke('metadata', 1);
  const counted = await waitFor('the call to be counted', async () => {
    const { body } = await platform.api<Metadata>('GET', '/api/v1/functions/project-123/metadata');
    return body.function.invocation_count === 1 && body;
  });
  expect(counted).toEqual({
    success: true,
    function: { ...made, invocation_count: 1 },
  });
  expect(Object.keys(made)).toEqual([
    ...['id', 'function_name', 'file_path', 'runtime', 'is_active', 'invocation_count', 'created_at'],
    'updated_at',
  ]);
  expect(made).toMatchObject({ file_path: 'api/metadata.js', runtime: 'node18', is_active: true });

  for (const path of ['/api/v1/projects/project-123/functions', managed]) {
    const { body } = await platform.api<Metadata>('GET', path);
    expect(body.functions.map(({ function_name }) => function_name)).toContain('metadata');
    expect([body.success, body.count]).toEqual([true, body.functions.length]);
  }
  // Verify function code via GET endpoint
  const { body } = await platform.api<Metadata>('GET', '/api/functions/project-123/metadata');
  expect(body.function).toMatchObject({ id: made.id, code: 'export const handler = (event) => event;' });

  const moved = await platform.api<Metadata>('PATCH', '/api/functions/project-123/metadata', {
    ...{ file_path: 'api/moved.js', code: 'export const handler = () => "new";' },
  });
  expect(moved.body.function).toMatchObject({ file_path: 'api/moved.js', invocation_count: 1 });
  expect((await invoke('metadata', 1)).body.result).toBe('new');

  const gone = await platform.api('DELETE', '/api/functions/project-123/metadata');
  expect([gone.status, gone.body]).toEqual([200, { success: true }]);
  expect((await invoke('metadata', 1)).status).toBe(404);
});

test('Enable/Disable Function: one that is not active is not found until it is active again', async () => {
  await deploy('switched', 'export const handler = () => "on";');
  const path = '/api/v1/functions/project-123/switched';
  const off = await platform.api<Metadata>('PATCH', path, { is_active: false });
  expect([off.status, off.body.success, off.body.function.is_active]).toEqual([200, true, false]);
  expect((await invoke('switched', {})).body).toEqual({ error: 'Function not found' });
  await platform.api('PATCH', path, { is_active: true });
  expect((await invoke('switched', {})).body).toMatchObject({ success: true, result: 'on' });
});

test('Execution Errors: the body of the document, with the logs so far', async () => {
  const code = `export async function handler() {
    console.log('Starting function'); console.error('Error at line 42'); return missing;
  }`;
  await deploy('fails', code);
  const { status, body } = await invoke('fails', {});
  expect(status).toBe(500);
  expect(Object.keys(body)).toEqual(['error', 'message', 'logs']);
  expect(body).toMatchObject({
    error: 'Function execution failed',
    message: 'ReferenceError: missing is not defined',
  });
  expect(body.logs.slice(0, 2)).toEqual(['[LOG] Starting function', '[ERROR] Error at line 42']);
});

test('Timeout Errors, "Function execution timeout": told in the words of the document', async () => {
  const { id } = await deploy(
    'slow',
    'export const handler = () => new Promise((r) => setTimeout(r, 60000));',
  );
  expect((await platform.api('GET', `/functions/${id}`)).body).toMatchObject({ timeout: 30, egress: 'none' });
  await platform.api('PUT', `/functions/${id}`, { timeout: 1 });
  const { status, body } = await invoke('slow', {});
  expect([status, body]).toEqual([
    500,
    { error: 'Function execution failed', message: 'Function execution timeout (1000ms)', logs: [] },
  ]);
});

test('Not Found: the body of the document, for a function and for a project', async () => {
  for (const path of ['project-123/no-such', 'no-such/hello']) {
    const { status, body } = await platform.api('POST', `/api/v1/functions/${path}`, {});
    expect([status, body]).toEqual([404, { error: 'Function not found' }]);
  }
});

test('Logging: each level has its mark', async () => {
  const code = `export const handler = () => {
    console.log('Starting process'); console.info('Processing item 1');
    console.warn('Slow operation detected'); console.error('Failed to process item');
  }`;
  await deploy('levels', code);
  const { body } = await invoke('levels', {});
  expect(body.logs).toEqual([
    '[LOG] Starting process',
    '[INFO] Processing item 1',
    '[WARN] Slow operation detected',
    '[ERROR] Failed to process item',
  ]);
  expect(body).toMatchObject({ success: true, result: null });
});

test('Available Globals: all of them are there', async () => {
  const code = `export const handler = () =>
    [JSON, Math, Array, Object, String, Number, Boolean, Date, RegExp, Error].every(Boolean);`;
  await deploy('globals', code);
  expect((await invoke('globals', {})).body.result).toBe(true);
});

test('Restrictions, Sandbox Isolation, Code Safety: what a function cannot do', async () => {
  const code = `
    import { readFileSync, writeFileSync } from 'node:fs';
    const attempt = (what) => { try { what(); return 'done'; } catch (error) { return error.name; } };
    export const handler = async () => ({
      network: (await fetch('http://example.com/')).status,
      read: attempt(() => readFileSync('/etc/passwd')), write: attempt(() => writeFileSync('/etc/x', 'x')),
      eval: attempt(() => eval('1')), construct: attempt(() => new Function('return 1')()),
      strict: attempt(() => { undeclared = 1; }),
      environment: Object.keys(process.env),
    });`;
  await deploy('restricted', code);
  const { result } = (await invoke('restricted', {})).body as { result: Record<string, unknown> };
  expect(result).toMatchObject({ network: 403, eval: 'EvalError', construct: 'EvalError' });
  expect(result).toMatchObject({ strict: 'ReferenceError', environment: [] });
  expect([result.read, result.write]).not.toContain('done');
});

test.each([
  ['1-keep-functions-small', { items: [1, 2] }, [{ processed: true, count: 2 }, null]],
  ['4-handle-errors-gracefully', { id: 1 }, [{ success: true, data: { id: 1 } }, { id: 1 }]],
  ['5-use-logging', { id: 7 }, [{ id: 7 }]],
])('Best Practices: %s', async (file, event, results) => {
  const defined = 'const processData = async (event) => event;\nconst process = processData;\n';
  for (const [index, example] of examplesIn(seedBlock(`001/${file}.js`)).entries()) {
    // A comment inside of a handler is no example.
    if (!example.includes('export')) continue;
    await deploy(`best-${file}-${index}`, defined + example);
    const { body } = await invoke(`best-${file}-${index}`, event);
    expect([body.success, body.result]).toEqual([true, results[index]]);
  }
});

test('Best Practices: 2-use-async-await, whose second example is no JavaScript and says where', async () => {
  const [good = '', bad = ''] = examplesIn(seedBlock('001/2-use-async-await.js'));
  await deploy('best-async', `const processData = async (event) => event;\n${good}`);
  expect((await invoke('best-async', { a: 1 })).body.result).toEqual({ a: 1 });
  const { status, body } = await platform.api<Metadata>('POST', managed, {
    ...{ function_name: 'best-async-bad', code: bad },
  });
  expect([status, body.error]).toEqual([422, 'Function deployment failed']);
  expect(body.logs.join('\n')).toContain('Computation');
});

test('Best Practices: 3-return-proper-format, an object with a status and a string alike', async () => {
  const [good = '', bad = ''] = examplesIn(seedBlock('001/3-return-proper-format.js'));
  await deploy('best-good', good);
  expect((await invoke('best-good', {})).body.result).toEqual({
    statusCode: 200,
    body: '{"message":"Success"}',
  });
  await deploy('best-bad', bad);
  expect((await invoke('best-bad', {})).body.result).toBe('Just a string');
});

test('Limitations: other languages are refused, TypeScript and packages are taken', async () => {
  const { status, body } = await platform.api<Metadata>('POST', managed, {
    ...{ function_name: 'snake', runtime: 'python3.9', code: 'def handler(event): return event' },
  });
  expect([status, body.error]).toEqual([400, 'Invalid request']);
  expect(body.message).toContain('python3.9');
  await deploy('typed', 'export const handler = (event: { n: number }): number => event.n + 1;', {
    ...{ runtime: 'typescript', file_path: 'api/typed.ts' },
  });
  expect((await invoke('typed', { n: 1 })).body.result).toBe(2);
});

test('Authorization: with a token asked for, a call without it is refused in the shape of the document', async () => {
  const closed = await useSelvedge();
  const path = '/api/v1/functions/project-123/hello';
  const response = await fetch(closed.control + path, { method: 'POST', body: '{}' });
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ error: 'Unauthorized', message: expect.any(String) });
  const code = 'export const handler = (event) => event;';
  await closed.api('POST', managed, { function_name: 'hello', code });
  const { body } = await closed.api('POST', path, { a: 1 });
  expect(body).toMatchObject({ success: true, result: { a: 1 } });
});
