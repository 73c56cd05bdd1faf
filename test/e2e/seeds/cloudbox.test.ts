// Goal: the code blocks of seed 000, CloudBox, run as they are written but for host, port, token and ids.
// Method: a real platform; curl blocks by a shell with the real curl, handlers deployed from
// test/fixtures/seeds/000. Each test's name begins with the heading that it is of.

import { expect, test } from 'vitest';
import { examplesIn, runShell, seedBlock } from '../../support/seed-block.ts';
import { testToken } from '../../support/test-platform.ts';
import { useSharedSelvedge } from '../../support/use-shared-selvedge.ts';
import { waitFor } from '../../support/wait-for.ts';

interface CloudBoxFunction {
  id: string;
  name: string;
  status: string;
  build_logs: string;
  is_public: boolean;
}
interface Executed {
  response: unknown;
  execution_time: number;
  logs: string;
  error: string;
  code: string;
  build_logs?: string;
}
interface Execution {
  id: string;
  created_at: string;
  status: string;
  execution_time: number;
  memory_usage: number | null;
  logs: string;
  error: string | null;
}

const platform = useSharedSelvedge();
const functions = '/api/projects/1/functions';

const ours = (): Record<string, string> => ({
  'http://localhost:8080': platform.control,
  YOUR_TOKEN: testToken,
});
const create = (name: string, code: string, more: object = {}) =>
  platform.api<CloudBoxFunction>('POST', functions, { name, code, ...more });
async function deploy(name: string, code: string, more: object = {}): Promise<CloudBoxFunction> {
  const created = await create(name, code, more);
  expect([created.status, created.body.status]).toEqual([201, 'draft']);
  const { status, body } = await platform.api<CloudBoxFunction>('POST', `${functions}/${name}/deploy`);
  expect([status, body.status]).toEqual([200, 'deployed']);
  return body;
}
const execute = (name: string, body: object = {}) =>
  platform.api<Executed>('POST', `${functions}/${name}/execute`, body);

test('Creating Functions via API, Deployment via API, Direct and Public Execution: the calls in their order', async () => {
  const text = await runShell(seedBlock('000/creating-functions-via-api.sh'), ours());
  const created = JSON.parse(text) as CloudBoxFunction;
  expect(created).toMatchObject({
    ...{ name: 'process-payment', description: 'Process payment transactions', status: 'draft' },
    ...{ runtime: 'nodejs18', language: 'javascript', entry_point: 'handler', timeout: 30, memory: 128 },
    ...{ dependencies: { axios: '^1.0.0', lodash: '^4.17.21' }, is_public: true, project_id: '1' },
  });
  expect(text).not.toContain('secret-key');

  const byId = { ...ours(), '/123/': `/${created.id}/` };
  const early = await runShell(seedBlock('000/direct-execution-authenticated.sh'), byId);
  expect(JSON.parse(early)).toMatchObject({ code: 'NOT_DEPLOYED' });

  const deployed = await runShell(seedBlock('000/deployment-via-api.sh'), byId);
  expect(JSON.parse(deployed)).toMatchObject({ id: created.id, status: 'deployed' });

  const executed = await runShell(seedBlock('000/direct-execution-authenticated.sh'), byId);
  expect(JSON.parse(executed)).toMatchObject({ response: { status: 'success' } });

  await deploy('get-status', 'exports.handler = async (data) => data;', { is_public: true });
  const host = { 'http://localhost:8080': platform.control };
  const [posted, got] = seedBlock('000/public-execution-no-auth-required.sh').split('\n\n');
  expect(JSON.parse(await runShell(String(posted), host))).toEqual({ status: 'success' });
  expect(JSON.parse(await runShell(String(got), host))).toEqual({ userId: '123', format: 'json' });
  // At the edge too, which is where such a URL is meant to be.
  const edge = { 'http://localhost:8080': `http://127.0.0.1:${platform.edgePort}` };
  expect(JSON.parse(await runShell(String(posted), edge))).toEqual({ status: 'success' });

  // Execution Logs
  const logs = await waitFor('the executions to be in the log', async () => {
    const shown = await runShell(seedBlock('000/execution-logs.sh'), byId);
    const executions = JSON.parse(shown) as Execution[];
    return executions.length >= 3 && executions;
  });
  expect(logs[0]).toMatchObject({ status: 'success', error: null });
  expect(logs.every((one) => one.execution_time >= 0 && Date.parse(one.created_at) > 0)).toBe(true);
});

test('Basic Function Structure: the JavaScript handlers, alone and as one block', async () => {
  const block = seedBlock('000/basic-function-structure.js');
  const [simple = '', handled = ''] = examplesIn(block);
  await deploy('simple', simple);
  const { body } = await execute('simple', { data: { a: 1 } });
  expect(body).toMatchObject({ response: { message: 'Hello from CloudBox!', input: { a: 1 } } });
  expect(body.logs).toContain('Received data:');

  for (const [name, code] of [
    ['handled', handled],
    ['whole', block],
  ] as const) {
    await deploy(name, code);
    const headers = { 'User-Agent': 'MyApp/1.0' };
    expect((await execute(name, { data: { name: 'Ada' }, headers })).body.response).toMatchObject({
      ...{ greeting: 'Hello, Ada!', method: 'POST', headers: { 'user-agent': 'MyApp/1.0' } },
    });
    const failed = await execute(name, { data: {} });
    expect(failed.status).toBe(500);
    expect(failed.body).toMatchObject({ error: 'Error: Name is required', code: 'RUNTIME_ERROR' });
    expect(failed.body.logs).toContain('Function error: Name is required');
  }
});

test.each([
  ['Python', 'basic-function-structure.py', { runtime: 'python3.9', language: 'python' }],
  ['Go', 'basic-function-structure.go', { runtime: 'go1.19', language: 'go' }],
])('Basic Function Structure: %s is refused, as this version cannot run it', async (_, file, settings) => {
  const { status, body } = await platform.api<Executed>('POST', functions, {
    ...{ name: 'other-language', code: seedBlock(`000/${file}`) },
    ...settings,
  });
  expect([status, body.code]).toEqual([400, 'FN_006']);
  expect(body.error).toContain(`runtime is "${settings.runtime}", which this version of Selvedge cannot run`);
  expect((await platform.api(`GET`, `${functions}/other-language`)).status).toBe(404);
});

test('Code Organization: the handler', async () => {
  await deploy('organised', seedBlock('000/code-organization.js'));
  const good = await execute('organised', { data: { email: 'a@b.c', name: 'Ada' } });
  expect(good.body.response).toEqual({ success: true, data: { id: 'user123', status: 'created' } });
  const bad = await execute('organised', { data: {} });
  expect(bad.body.response).toEqual({ success: false, error: 'Email required' });
  expect(bad.body.logs).toContain('Handler error: Email required');
});

test('Context Object: data, headers, method and path are as the document has them', async () => {
  const code =
    'exports.handler = async (data, { data: own, headers, method, path }) => ({ own, headers, method, path });';
  await deploy('my-function', code, { is_public: true });
  const seen = { own: { a: 1 }, method: 'POST', path: '/p/1/functions/my-function' };
  expect((await execute('my-function', { data: { a: 1 } })).body.response).toMatchObject(seen);
  const response = await fetch(`${platform.control}/p/1/functions/my-function`, {
    ...{ method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } },
  });
  expect(await response.json()).toMatchObject(seen);
  // A page of a function is none of control's own for a browser.
  expect(response.headers.get('content-security-policy')).toContain('sandbox');
});

test('Public Execution: a function that is not public asks for the token on the control address too', async () => {
  await deploy('kept', 'exports.handler = async () => "mine";');
  const at = `${platform.control}/p/1/functions/kept`;
  expect((await fetch(at)).status).toBe(401);
  const headers = { authorization: `Bearer ${testToken}` };
  expect(await (await fetch(at, { headers })).text()).toBe('mine');
});

test('Public Execution: on the control address an answer comes as the function made it', async () => {
  const code = `exports.handler = async (data, { method, path }) => {
    if (method === 'DELETE') return new Response(null, { status: 204 });
    const headers = [['set-cookie', 'a=1'], ['set-cookie', 'b=2'], ['x-path', path]];
    return new Response(new Uint8Array([0, 255, 1]), { status: 203, headers });
  };`;
  await deploy('plain', code, { is_public: true });
  const at = `${platform.control}/p/1/functions/plain`;
  const got = await fetch(`${at}/deep?x=1`);
  expect([got.status, got.headers.get('x-path'), got.headers.getSetCookie()]).toEqual([
    ...[203, '/p/1/functions/plain/deep', ['a=1', 'b=2']],
  ]);
  expect(new Uint8Array(await got.arrayBuffer())).toEqual(new Uint8Array([0, 255, 1]));
  expect((await fetch(at, { method: 'DELETE' })).status).toBe(204);
  expect((await fetch(at, { method: 'HEAD' })).status).toBe(203);
  const missing = await fetch(`${platform.control}/p/1/functions/no-such`);
  expect([missing.status, missing.headers.get('x-selvedge-error')]).toEqual([404, 'FN_001']);
});

test('Common Error Types: a timeout', async () => {
  await deploy('slow', 'exports.handler = () => new Promise((r) => setTimeout(r, 60000));', { timeout: 1 });
  const { status, body } = await execute('slow', { data: {} });
  expect(status).toBe(504);
  expect(body).toMatchObject({ error: 'Function execution timed out after 1 seconds', code: 'TIMEOUT' });
  expect(body.execution_time).toBeGreaterThanOrEqual(1000);
});

test('JavaScript SDK, timeout override: a call may have more time than its function, or less', async () => {
  const code = 'exports.handler = (data) => new Promise((r) => setTimeout(() => r("done"), data.ms));';
  await deploy('waits', code, { timeout: 1 });
  const longer = await execute('waits', { data: { ms: 1500 }, timeout: 60000 });
  expect(longer.body).toMatchObject({ response: 'done' });
  const shorter = await execute('waits', { data: { ms: 900 }, timeout: 100 });
  expect(shorter.body).toMatchObject({
    code: 'TIMEOUT',
    error: 'Function execution timed out after 0.1 seconds',
  });
});

test('Common Error Types: a runtime error, with its stack in the logs', async () => {
  await deploy('throws', 'exports.handler = async () => {\n  console.log("before");\n  return foo;\n};');
  const { status, body } = await execute('throws');
  expect(status).toBe(500);
  expect(body).toMatchObject({ error: 'ReferenceError: foo is not defined', code: 'RUNTIME_ERROR' });
  expect(body.logs).toMatch(/^before\nReferenceError: foo is not defined\n +at .*index\.[jt]s:3/);
  const logged = await waitFor('the failure to be in the log', async () => {
    const { body: all } = await platform.api<Execution[]>('GET', `${functions}/throws/logs`);
    return all.find(({ error }) => error !== null);
  });
  expect(logged).toMatchObject({ status: 'error' });
  expect(logged.error).toContain('ReferenceError');
});

test('Common Error Types: a deployment error, when it is created or when it is deployed', async () => {
  const missing = await create('no-package', 'exports.handler = async () => require("no-such-thing-x");', {
    dependencies: { 'left-pad': '^99.0.0' },
  });
  expect([missing.status, (missing.body as unknown as Executed).code]).toEqual([422, 'DEPLOYMENT_ERROR']);
  expect(missing.body.build_logs).toContain('left-pad');
  const failed = await platform.api<CloudBoxFunction>('GET', `${functions}/no-package`);
  expect(failed.body).toMatchObject({ status: 'failed', build_logs: missing.body.build_logs });

  expect((await create('no-start', 'exports.handler = () => 1; throw new Error("not today");')).status).toBe(
    201,
  );
  const { status, body } = await platform.api<Executed>('POST', `${functions}/no-start/deploy`);
  expect([status, body.code]).toEqual([422, 'DEPLOYMENT_ERROR']);
  expect(body.build_logs).toContain('not today');
  // Monitoring Deployment: whoever asks afterwards is told the same.
  const shown = await platform.api<CloudBoxFunction>('GET', `${functions}/no-start`);
  expect(shown.body).toMatchObject({ status: 'failed', build_logs: body.build_logs });
  const cured = await platform.api<CloudBoxFunction>('PUT', `${functions}/no-start`, {
    code: 'exports.handler = () => 1;',
  });
  expect(cured.body.status).toBe('draft');
  const { body: good } = await platform.api<CloudBoxFunction>('POST', `${functions}/no-start/deploy`);
  expect(good.status).toBe('deployed');
});

test('Common Error Types: what was not deployed, and what the document has no code for', async () => {
  await create('draft-only', 'exports.handler = () => 1;');
  const early = await execute('draft-only');
  expect([early.status, early.body.code]).toEqual([409, 'NOT_DEPLOYED']);
  expect(early.body.error).toContain('/deploy');

  const missing = await execute('nothing-here');
  expect([missing.status, missing.body.code]).toEqual([404, 'FN_001']);
  expect(Object.keys(missing.body)).toEqual(['error', 'code']);
  const refused = await fetch(platform.control + functions);
  expect([refused.status, Object.keys((await refused.json()) as object)]).toEqual([401, ['error', 'code']]);
  const broken = await fetch(platform.control + functions, {
    ...{ method: 'POST', body: '{"name":', headers: { authorization: `Bearer ${testToken}` } },
  });
  expect([broken.status, ((await broken.json()) as Executed).code]).toEqual([400, 'FN_006']);
  const unknown = await create('odd', 'exports.handler = () => 1;', { isPublic: true });
  expect((unknown.body as unknown as Executed).error).toContain('"isPublic" is not a field of the body');
});

test('Configuration Options: one past each end of the ranges is refused', async () => {
  for (const more of [{ timeout: 0 }, { timeout: 901 }, { memory: 63 }, { memory: 4097 }]) {
    const { status, body } = await create('ranges', 'exports.handler = () => 1;', more);
    expect([status, (body as unknown as Executed).code]).toEqual([400, 'FN_006']);
  }
  const { status } = await create('ranges', 'exports.handler = () => 1;', { timeout: 300, memory: 1024 });
  expect(status).toBe(201);
});

test('Container Specifications: no network, an environment of its own, a file system to read', async () => {
  const code = `
    const fs = require('node:fs');
    const attempt = async (what) => { try { await what(); return 'done'; } catch (error) { return String(error.message); } };
    exports.handler = async () => ({
      network: await fetch('http://example.com/').then((r) => r.status, String),
      write: await attempt(() => fs.writeFileSync('/bundle/x', 'x')),
      temporary: await attempt(() => fs.writeFileSync('/tmp/x', 'x')),
      passwords: await attempt(() => fs.readFileSync('/etc/passwd')),
      environment: process.env.OWN, token: process.env.SELVEDGE_TOKEN ?? null,
    });`;
  await deploy('walls', code, { environment: { OWN: 'mine' } });
  const { response } = (await execute('walls')).body as { response: Record<string, unknown> };
  expect(response).toMatchObject({ network: 403, environment: 'mine', token: null, temporary: 'done' });
  expect(response.write).not.toBe('done');
  expect(response.passwords).not.toBe('done');
});

test('Real-time Logs: an execution has its time and the memory of the instance that served it', async () => {
  await deploy('measured', 'exports.handler = () => { console.log("once"); };');
  await execute('measured');
  const [logged] = await waitFor('the execution to be in the log', async () => {
    const since = '2024-01-15T00:00:00Z';
    const { body } = await platform.api<Execution[]>(
      'GET',
      `${functions}/measured/logs?limit=50&since=${since}`,
    );
    return body.length > 0 && body;
  });
  expect(logged).toMatchObject({ status: 'success', logs: 'once', error: null });
  expect(logged?.memory_usage).toBeGreaterThan(1_000_000);
});

test('the functions of a project are listed, changed and deleted', async () => {
  await create('short-lived', 'exports.handler = () => 1;');
  const listed = await platform.api<CloudBoxFunction[]>('GET', functions);
  expect(listed.body.map(({ name }) => name)).toContain('short-lived');
  expect((await platform.api('GET', '/api/projects/999/functions')).body).toEqual([]);
  const changed = await platform.api<CloudBoxFunction>('PUT', `${functions}/short-lived`, {
    ...{ is_public: true, entry_point: 'index.handler', timeout: 5, language: 'typescript' },
  });
  expect(changed.body).toMatchObject({ is_public: true, timeout: 5, language: 'typescript' });
  expect((await platform.api('DELETE', `${functions}/short-lived`)).status).toBe(200);
  expect((await platform.api('GET', `${functions}/short-lived`)).status).toBe(404);
});
