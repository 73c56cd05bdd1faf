// Goal: the calls and handlers of seed 002, "Serverless Functions Documentation" (NQRust MicroVM), work as they are
// written there. Each test is named after the heading that its block stands under.
// Method: the blocks, in test/fixtures/seeds/002, run by bash, curl and jq, or as JavaScript, against a platform that
// asks for no token (SELVEDGE_AUTH=none), as the document's asks for none. Only host, port and ids are others.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { makeCertificates } from '../../support/make-certificates.ts';
import { runShellBlock, seedBlock } from '../../support/seed-block.ts';
import { TestPlatform, testToken } from '../../support/test-platform.ts';
import { useSelvedge } from '../../support/use-selvedge.ts';
import { useTmpDir } from '../../support/use-tmp-dir.ts';
import { waitFor } from '../../support/wait-for.ts';

const written = 'http://localhost:18080';
let platform: TestPlatform;

beforeAll(async () => {
  platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slv-')), { SELVEDGE_AUTH: 'none' });
  await platform.start();
});
afterAll(() => platform.destroy());

interface Item extends Record<string, unknown> {
  readonly id: string;
  readonly state: string;
  readonly vm_id: string | null;
}

const shell = (block: string, functionId = '', replaced: Record<string, string> = {}): Promise<string> =>
  runShellBlock(seedBlock(`002/${block}`), {
    ...{ written, here: platform.control, replaced },
    environment: { FUNCTION_ID: functionId },
  });
const json = async <T = unknown>(text: Promise<string>): Promise<T> => JSON.parse(await text) as T;
const api = async <T>(method: string, path: string, body?: unknown): Promise<T> =>
  (await platform.api<T>(method, path, body)).body;

async function createReady(name: string, code: string, more: object = {}): Promise<string> {
  const { id } = await api<Item>('POST', '/v1/functions', { name, runtime: 'node', code, ...more });
  await waitFor(`${name} to be ready`, async () => {
    const { item } = await api<{ item: Item }>('GET', `/v1/functions/${id}`);
    expect(item.state).not.toBe('error');
    return item.state === 'ready';
  });
  return id;
}

describe('seed 002, API Reference', () => {
  let id = '';

  test('1. Create Function: the curl example answers with an id and nothing else', async () => {
    const answer = await json<Item>(shell('create-function.sh'));
    expect(Object.keys(answer)).toEqual(['id']);
    id = answer.id;
  });

  test('1. Create Function: the request body of the document is taken, without its comment', async () => {
    const body = JSON.parse(seedBlock('002/create-request.jsonc').replace(/\/\/.*$/m, '')) as object;
    const created = await api<Item>('POST', '/v1/functions', body);
    await waitFor('ready', async () => {
      const { item } = await api<{ item: Item }>('GET', `/v1/functions/${created.id}`);
      return item.state === 'ready';
    });
    await api('DELETE', `/v1/functions/${created.id}`);
  });

  test('2. Get Function Details, Status Polling: the loop with jq ends when the function is ready', async () => {
    expect(await shell('poll-status.sh', id)).toMatch(/Current state: ready\nFunction is ready!\n$/);
  });

  test('2. Get Function Details: the curl example has every field of the document', async () => {
    await api('POST', `/v1/functions/${id}/invoke`, { event: {} });
    const text = shell('get-function.sh', id, { 'f35fc685-c85e-4f25-93ca-13b32b2de5d8': id });
    const { item } = await json<{ item: Item }>(text);
    const documented = (JSON.parse(seedBlock('002/get-response.json')) as { item: object }).item;
    expect(Object.keys(item).toSorted()).toEqual(Object.keys(documented).toSorted());
    expect(item).toMatchObject({
      ...{ id, name: 'hello-nodejs', runtime: 'node', handler: 'handler', state: 'ready' },
      ...{ timeout_seconds: 30, memory_mb: 256, vcpu: 1, guest_ip: null, port: null },
      code: expect.stringContaining('Hello from Node.js!'),
      vm_id: expect.stringMatching(/^instance-/),
    });
  });

  test('3. List All Functions: the curl example has the function', async () => {
    const { items } = await json<{ items: Item[] }>(shell('list-functions.sh'));
    expect(items.find((item) => item.id === id)).toMatchObject({
      ...{ name: 'hello-nodejs', runtime: 'node', state: 'ready' },
    });
  });

  test('4. Update Function: the curl example replaces the code, and no call meanwhile fails', async () => {
    const statuses = new Set<string>();
    let done = false;
    const calls = (async () => {
      while (!done)
        statuses.add((await api<Item>('POST', `/v1/functions/${id}/invoke`, { event: {} })).status as string);
    })();
    const { item } = await json<{ item: Item }>(shell('update-function.sh', id));
    done = true;
    await calls;
    expect(item).toMatchObject({ id, state: 'ready', code: expect.stringContaining('UPDATED CODE!') });
    expect([...statuses]).toEqual(['success']);
  });

  test('5. Invoke Function: the curl example answers as the document does', async () => {
    expect(await json(shell('invoke-function.sh', id))).toEqual({
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'success',
      duration_ms: expect.any(Number),
      response: { message: 'UPDATED CODE!', version: 2, input: { name: 'World', test: 123 } },
      logs: [],
    });
    const body = JSON.parse(seedBlock('002/invoke-request.json')) as { event: object };
    const answer = await api<{ response: object }>('POST', `/v1/functions/${id}/invoke`, body);
    expect(answer.response).toMatchObject({ input: body.event });
  });

  test('7. Get Function Invocation Logs: the curl example has the calls, the newest first, and pages', async () => {
    const { request_id } = await api<Item>('POST', `/v1/functions/${id}/invoke`, { event: {} });
    const items = await waitFor('the last call in the log', async () => {
      const page = await json<{ items: Item[] }>(shell('list-logs.sh', id));
      return page.items[0]?.request_id === request_id ? page.items : undefined;
    });
    expect(items[0]).toEqual({
      ...{ id: expect.any(String), function_id: id, status: 'success', duration_ms: expect.any(Number) },
      ...{ request_id, invoked_at: expect.stringMatching(/^\d{4}-.*Z$/) },
    });
    const second = await api<{ items: Item[] }>('GET', `/v1/functions/${id}/logs?limit=1&offset=1`);
    expect(second.items).toEqual([items[1]]);
  });

  test('4. Update Function: every field of the document is optional and taken', async () => {
    const body = JSON.parse(seedBlock('002/update-request.json')) as object;
    const { item } = await api<{ item: Item }>('PUT', `/v1/functions/${id}`, body);
    expect(item).toMatchObject({ ...body, state: 'ready', vcpu: 1 });
    const answer = await api<{ response: object }>('POST', `/v1/functions/${id}/invoke`, { event: {} });
    expect(answer.response).toEqual({ message: 'Updated!', version: 2 });
  });

  test('6. Delete Function: the curl example deletes it and says so', async () => {
    expect(await json(shell('delete-function.sh', id))).toEqual({ message: 'Function deleted' });
    const gone = await platform.api('GET', `/v1/functions/${id}`);
    expect([gone.status, gone.body]).toEqual([404, { error: expect.stringContaining('no function') }]);
  });
});

describe('seed 002, Architecture', () => {
  test('Function Lifecycle States: code that does not build ends in "error", and the log says why', async () => {
    const { id } = await api<Item>('POST', '/v1/functions', { name: 'broken', runtime: 'node', code: 'x(' });
    await waitFor('the state "error"', async () => {
      const { item } = await api<{ item: Item }>('GET', `/v1/functions/${id}`);
      return item.state === 'error';
    });
    const { logs } = await api<{ logs: { message: string }[] }>('GET', `/functions/${id}/logs`);
    expect(logs[0]?.message).toMatch(/The deployment failed: index\.js:1/);
    await api('DELETE', `/v1/functions/${id}`);
  });
});

describe('seed 002, Runtime Examples', () => {
  test('Node.js Function: the handler runs, beside the function that it calls', async () => {
    const beside = 'const someAsyncOperation = async () => 42;\n';
    const id = await createReady('node-function', beside + seedBlock('002/node-function.js'));
    const event = { name: 'World', value: 123 };
    expect(await api('POST', `/v1/functions/${id}/invoke`, { event })).toMatchObject({
      status: 'success',
      response: { message: 'Hello, World!', result: 42, timestamp: expect.stringMatching(/Z$/) },
    });
  });

  test('Example - HTTP Request: node:https reaches a server', async () => {
    const dir = useTmpDir();
    const { ca, key, cert } = makeCertificates(dir, 'localhost');
    const server = createServer({ key, cert }, (_, response) => response.end('over TLS'));
    const port = await listening(server);
    try {
      const own = await useSelvedge({
        ...{ SELVEDGE_AUTH: 'none', SELVEDGE_EGRESS_PRIVATE: `127.0.0.1:${port}`, SELVEDGE_EGRESS_CA: ca },
      });
      const code = seedBlock('002/http-request.js');
      const { body } = await own.api<Item>('POST', '/v1/functions', { name: 'http', runtime: 'node', code });
      await waitFor('ready', async () => {
        const { body: shown } = await own.api<{ item: Item }>('GET', `/v1/functions/${body.id}`);
        return shown.item.state === 'ready';
      });
      // The document's reader calls the public internet. There is none here, and a private network has to be opened.
      await own.api('PUT', `/functions/${body.id}`, { egress: [`localhost:${port}`, `127.0.0.1:${port}`] });
      const event = { url: `https://localhost:${port}/` };
      const answer = await own.api('POST', `/v1/functions/${body.id}/invoke`, { event });
      expect(answer.body).toMatchObject({ status: 'success', response: { status: 200, data: 'over TLS' } });
    } finally {
      server.close();
    }
  });

  test('Requirements: what the handler returns is the response as it is, a statusCode among it', async () => {
    const id = await createReady(
      'status',
      'async function handler() { return { statusCode: 404, body: "x" }; }',
    );
    const answer = await api<Item>('POST', `/v1/functions/${id}/invoke`, { event: {} });
    expect(answer).toMatchObject({ status: 'success', response: { statusCode: 404, body: 'x' } });
  });

  test('a handler that throws is an answer with the status "error", and its console lines are logs', async () => {
    const code = `async function handler(event) { console.log('got', event.n); throw new Error('no'); }`;
    const id = await createReady('throws', code);
    const answer = await platform.api('POST', `/v1/functions/${id}/invoke`, { event: { n: 7 } });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      status: 'error',
      response: null,
      error: expect.stringMatching(/no/),
    });
    expect((answer.body as unknown as { logs: string[] }).logs).toContain('got 7');
  });

  test.each(['python-function.py', 'data-processing.py'])(
    'Python Function: %s is refused, as there is no Python yet',
    async (file) => {
      const body = { name: 'py', runtime: 'python', handler: 'handler', code: seedBlock(`002/${file}`) };
      const { status, body: said } = await platform.api('POST', '/v1/functions', body);
      expect([status, said]).toEqual([400, { error: expect.stringMatching(/"python".* cannot run yet/) }]);
    },
  );
});

describe('seed 002, Monitoring and Troubleshooting', () => {
  test('Monitor Function VM: the list has the instance by its name, and the WebSocket its metrics', async () => {
    const id = await createReady('hello-world', 'async function handler(event) { return event; }', {
      vcpu: 2,
    });
    const { items } = await json<{ items: Item[] }>(shell('list-vms.sh'));
    const vm = items.find(({ function_id }) => function_id === id);
    expect(vm).toMatchObject({
      name: expect.stringMatching(/^fn-hello-world-[0-9a-f]{8}$/),
      ...{ state: 'running', vcpu: 2, memory_mb: 256, guest_ip: null },
      memory_used_bytes: expect.any(Number),
    });
    const vmId = String(vm?.id);
    const { item } = await json<{ item: Item }>(shell('get-vm.sh', id, { '{vm_id}': vmId }));
    expect(item).toMatchObject({ id: vmId, name: vm?.name });

    // ws://localhost:18080/v1/vms/{vm_id}/metrics/ws
    const socket = new WebSocket(`${platform.control.replace('http:', 'ws:')}/v1/vms/${vmId}/metrics/ws`);
    const [first, second] = await messages(socket, 2);
    expect(first).toMatchObject({ vm_id: vmId, cpu_percent: null, memory_used_bytes: expect.any(Number) });
    expect(first?.memory_used_bytes as number).toBeGreaterThan(1_000_000);
    expect(second).toMatchObject({ vm_id: vmId, cpu_percent: expect.any(Number), network_rx_bytes: null });
    const closed = once(socket, 'close');
    await api('DELETE', `/v1/functions/${id}`);
    expect((await closed)[0]).toBe(1000);
  });

  test('Runtime server not starting: there is no shell, and the answer says what there is', async () => {
    const answer = await platform.api('GET', '/v1/vms/instance-0/shell');
    expect([answer.status, answer.body]).toEqual([404, { error: expect.stringContaining('no shell') }]);
  });

  test('a WebSocket that a page of another site opens is refused where no token is asked for', async () => {
    const url = `${platform.control.replace('http:', 'ws:')}/v1/vms/instance-0/metrics/ws`;
    const foreign = new WebSocket(url, { origin: 'http://evil.example' });
    const [, response] = (await once(foreign, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(403);
  });

  test('a WebSocket without a token is refused where one is asked for, and one with it is not', async () => {
    const guarded = await useSelvedge();
    await guarded.create('seen', 'export default () => new Response("hi")');
    await guarded.call('seen');
    const { body } = await guarded.api<{ items: Item[] }>('GET', '/v1/vms');
    const url = `${guarded.control.replace('http:', 'ws:')}/v1/vms/${body.items[0]?.id}/metrics/ws`;
    const refused = new WebSocket(url);
    const [, response] = (await once(refused, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(401);
    const authorization = `Bearer ${testToken}`;
    expect(await messages(new WebSocket(url, { headers: { authorization } }), 1)).toHaveLength(1);
    // Another upgrade, which nobody here speaks, is declined and the request answered.
    const offered = execFileSync('curl', ['-s', '--http2', `${guarded.control}/health`], {
      encoding: 'utf8',
    });
    expect(JSON.parse(offered)).toMatchObject({ uptime_seconds: expect.any(Number) });
  });
});

describe('seed 002, Frontend Integration', () => {
  test('Complete Workflow Example: runs as it is to its last line', async () => {
    const said: unknown[][] = [];
    const told = {
      log: (...args: unknown[]) => said.push(args),
      error: (...args: unknown[]) => said.push(args),
    };
    const AsyncFunction = Object.getPrototypeOf(async () => undefined).constructor as new (
      ...args: string[]
    ) => (console: typeof told) => Promise<void>;
    const script = seedBlock('002/workflow.js').replaceAll(written, platform.control);
    await new AsyncFunction('console', script)(told);
    expect(said[0]).toEqual(['Function created:', expect.stringMatching(/^fn_/)]);
    expect(said.at(-2)).toEqual(['Deployment status:', 'ready']);
    expect(said.at(-1)).toEqual([
      ...['Function result:', { message: 'Hello!', input: { name: 'World', value: 123 } }],
    ]);
  });
});

describe('seed 002, Error Handling and Limitations', () => {
  test('Error Response Format: a body that is no JSON, a wrong field and a name that is taken', async () => {
    await createReady('taken', 'async function handler() {}');
    for (const body of [
      { name: 'x' },
      { name: 'UPPER', runtime: 'node', code: 'x' },
      { name: 'taken', runtime: 'node', code: 'async function handler() {}' },
      { name: 'x', runtime: 'node', code: 'x', memory_mb: 1 },
    ]) {
      const { status, body: said } = await platform.api('POST', '/v1/functions', body);
      expect([status, Object.keys(said)]).toEqual([400, ['error']]);
    }
  });

  test('Timeout: timeout_seconds ends a call, which is told as a timeout, also in the logs', async () => {
    const code = 'async function handler() { await new Promise((resolve) => setTimeout(resolve, 60000)); }';
    const id = await createReady('slow', code, { timeout_seconds: 1 });
    const answer = await platform.api('POST', `/v1/functions/${id}/invoke`, { event: {} });
    expect([answer.status, answer.body]).toMatchObject([200, { status: 'timeout', response: null }]);
    await waitFor('the timeout in the log', async () => {
      const { items } = await api<{ items: Item[] }>('GET', `/v1/functions/${id}/logs`);
      return items[0]?.status === 'timeout';
    });
  });
});

async function messages(socket: WebSocket, count: number): Promise<Record<string, unknown>[]> {
  const got: Record<string, unknown>[] = [];
  socket.on('message', (data) => got.push(JSON.parse(String(data)) as Record<string, unknown>));
  await waitFor(`${count} messages`, () => got.length >= count);
  return got;
}

async function listening(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
