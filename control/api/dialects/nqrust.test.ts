// What needs no function that runs; the document's own calls are in test/e2e/seeds/nqrust.test.ts.

import { expect, test } from 'vitest';
import {
  FUNCTION_ID,
  instance,
  invocationEntry,
  invoked,
  KEY_TOKEN,
  key,
  record,
  TIME,
  useApi,
  view,
} from '../../../test/support/use-api.ts';
import { actorOf, type Role } from '../../model/access.ts';
import { AppError } from '../../model/errors.ts';

const body = { name: 'cart', runtime: 'node', code: 'async function handler(event) { return event; }' };
const errorIn = async (response: Response): Promise<unknown> => ({
  status: response.status,
  ...((await response.json()) as object),
});

test('a function is created as an event handler with the defaults of the document, and its id is all of the answer', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/v1/functions', body);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ id: FUNCTION_ID });
  expect(platform.createInBackground.mock.calls[0]?.[1]).toMatchObject({
    ...{ name: 'cart', runtime: 'node', handler: 'handler', convention: 'event', project: 'default' },
    ...{ code: body.code, memory: 256, vcpu: 1, timeout: 30, deploy: true },
  });
});

test('errors are one sentence under "error", with the statuses that the document knows', async () => {
  const { call, app, platform } = useApi();
  expect(await errorIn(await app.request('/v1/functions'))).toMatchObject({
    status: 401,
    error: expect.stringContaining('A token is needed'),
  });
  expect(await errorIn(await call('POST', '/v1/functions', '{"name": '))).toEqual({
    status: 400,
    error: expect.stringContaining('The body is not JSON'),
  });
  expect(await errorIn(await call('POST', '/v1/functions', { ...body, runtime: 'python' }))).toEqual({
    status: 400,
    error: expect.stringContaining('"python", which this version of Selvedge cannot run yet'),
  });
  expect(await errorIn(await call('POST', '/v1/functions', { ...body, memory: 64 }))).toEqual({
    status: 400,
    error: expect.stringContaining('"memory" is not a field of the body'),
  });
  expect(await errorIn(await call('GET', '/v1/nothing'))).toMatchObject({ status: 404 });
  platform.updateFunction.mockRejectedValue(new AppError('FN_005', 'It does not build.'));
  expect(await errorIn(await call('PUT', '/v1/functions/cart', { code: '(' }))).toEqual({
    status: 400,
    error: 'It does not build.',
  });
});

test.each([
  ['draft', null, 'creating'],
  ['building', null, 'creating'],
  ['building', 'starting', 'booting'],
  ['building', 'probing', 'deploying'],
  ['deployed', 'starting', 'ready'],
  ['failed', null, 'error'],
  ['disabled', null, 'error'],
] as const)('the state of a function that is %s (%s) is "%s"', async (status, deploying, state) => {
  const { call, platform } = useApi();
  platform.getFunction.mockResolvedValue({ ...view, deploying, record: { ...record, status } });
  expect(await (await call('GET', '/v1/functions/cart')).json()).toMatchObject({ item: { state } });
});

test('one function has every field of the document, with null for what an instance does not have', async () => {
  const { call } = useApi();
  expect(await (await call('GET', '/v1/functions/cart')).json()).toEqual({
    item: {
      ...{ id: FUNCTION_ID, name: 'cart', runtime: 'nodejs24', handler: 'index.handler' },
      ...{ timeout_seconds: 30, memory_mb: 128, vcpu: 1, state: 'ready', code: 'export default 1' },
      ...{ vm_id: instance.id, guest_ip: null, port: null },
      ...{ created_at: TIME, updated_at: TIME, last_invoked_at: null },
    },
  });
});

function useRole(role: Role) {
  const api = useApi();
  api.platform.identify.mockReturnValue({ actor: actorOf({ ...key, role, projects: null }), expired: false });
  return { ...api, headers: { authorization: `Bearer ${KEY_TOKEN}` } };
}

test('a viewer gets no source, and an invoker no logs of what it called', async () => {
  const viewer = useRole('viewer');
  const shown = await viewer.call('GET', '/v1/functions/cart', undefined, viewer.headers);
  expect(await shown.json()).toMatchObject({ item: { code: null } });
  const invoker = useRole('invoker');
  const called = await invoker.call('POST', '/v1/functions/cart/invoke', { event: 1 }, invoker.headers);
  expect(await called.json()).toMatchObject({ status: 'success', logs: [] });
});

test('an update passes on only what it is given, under our names', async () => {
  const { call, platform } = useApi();
  await call('PUT', '/v1/functions/cart', { name: 'updated-name', timeout_seconds: 60, memory_mb: 512 });
  expect(platform.updateFunction).toHaveBeenCalledWith(
    ...[expect.anything(), { idOrName: 'cart', project: undefined }],
    { name: 'updated-name', timeout: 60, memory: 512 },
  );
});

test.each([
  ['FN_002', 200, { status: 'timeout', response: null, error: 'why' }],
  ['FN_004', 200, { status: 'error', response: null, error: 'why' }],
  ['FN_001', 404, { error: 'why' }],
  ['FN_007', 429, { error: 'why' }],
])('a call that ends with %s answers %i', async (code, status, answer) => {
  const { call, platform } = useApi();
  const error = { code, message: 'why', stack: 'not shown' };
  platform.invoke.mockResolvedValue({ ...invoked, status: 'error', response: null, error });
  const response = await call('POST', '/v1/functions/cart/invoke', { event: {} });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject(answer);
});

test('logs are the invocations, by limit and offset', async () => {
  const { call, platform } = useApi();
  platform.logs.mockResolvedValue({ items: [invocationEntry], cursor: 'c', dropped: 0 });
  const response = await call('GET', '/v1/functions/cart/logs?limit=50&offset=100');
  expect(await response.json()).toEqual({
    items: [
      {
        ...{ id: '42', function_id: FUNCTION_ID, status: 'error', duration_ms: 3 },
        ...{ request_id: 'req-1', invoked_at: TIME },
      },
    ],
  });
  expect(platform.logs.mock.calls[0]?.[2]).toEqual({ kind: 'invocation', limit: 50, offset: 100 });
  expect((await call('GET', '/v1/functions/cart/logs?offset=-1')).status).toBe(400);
});

test('a list goes on to the last page', async () => {
  const { call, platform } = useApi();
  platform.listFunctions.mockResolvedValueOnce({ items: [view], cursor: 'next' });
  platform.listFunctions.mockResolvedValueOnce({ items: [view], cursor: null });
  const { items } = (await (await call('GET', '/v1/functions')).json()) as { items: object[] };
  expect(items).toHaveLength(2);
  expect(platform.listFunctions.mock.calls.map(([, { cursor }]) => cursor)).toEqual([undefined, 'next']);
});

test('instances are the virtual machines, named after their function', async () => {
  const { call } = useApi();
  const { items } = (await (await call('GET', '/v1/vms')).json()) as { items: object[] };
  expect(items).toMatchObject([
    { id: instance.id, name: 'fn-cart-01234567', memory_used_bytes: 9_000_000, cpu_ms: 12.5, guest_ip: null },
  ]);
  expect(await (await call('GET', `/v1/vms/${instance.id}`)).json()).toEqual({ item: items[0] });
});

test('there is no shell, and metrics without an upgrade say what they are', async () => {
  const { call } = useApi();
  expect(await errorIn(await call('GET', `/v1/vms/${instance.id}/shell`))).toEqual({
    status: 404,
    error: expect.stringContaining('There is no shell'),
  });
  expect(await errorIn(await call('GET', `/v1/vms/${instance.id}/metrics/ws`))).toEqual({
    status: 400,
    error: expect.stringContaining('This is a WebSocket'),
  });
});
