// What the dialects have in common; what each of them answers is in test/e2e/seeds.

import { expect, test } from 'vitest';
import { invoked, TOKEN, useApi, view } from '../../../test/support/use-api.ts';
import { ANYONE } from '../../model/access.ts';

const cloudBox = '/api/projects/shop/functions';
const service = '/api/v1/functions/shop/cart';

test('an error has the shape of the dialect whatever was wrong: token, path, method, body', async () => {
  const { app, call } = useApi();
  const shapes = async (path: string, method: string) => [
    Object.keys((await (await app.request(path)).json()) as object),
    Object.keys((await (await call('GET', `${path}/no/such/thing`)).json()) as object),
    Object.keys((await (await call(method, path, '{')).json()) as object),
    Object.keys((await (await call('DELETE', path)).json()) as object),
  ];
  const own = ['error', 'code'];
  expect(await shapes(cloudBox, 'POST')).toEqual([own, own, own, own]);
  const others = ['error', 'message'];
  expect(await shapes(service, 'PATCH')).toEqual([others, ['error'], others, others]);
  expect((await call('GET', `${service}/no/such/thing`)).headers.get('x-selvedge-error')).toBe('FN_001');
});

test('no dialect is in the OpenAPI document', async () => {
  const { app } = useApi();
  const { paths } = (await (await app.request('/openapi.json')).json()) as { paths: object };
  expect(Object.keys(paths).filter((path) => path.startsWith('/api/'))).toEqual([]);
});

test('an invoker is told neither logs nor stack of what it called', async () => {
  const { app, platform } = useApi();
  const actor = { ...ANYONE, id: 'key_1', role: 'invoker' as const };
  platform.identify.mockReturnValue({ actor, expired: false });
  const error = { code: 'FN_004', message: 'no', stack: 'Error: no\n    at index.js:1:1' };
  platform.invoke.mockResolvedValue({
    ...{ ...invoked, status: 'error' as const, error },
    http: { status: 500, headers: {} },
  });
  const ask = async (path: string): Promise<unknown> =>
    (await app.request(path, { method: 'POST', headers: { authorization: 'Bearer of-the-invoker' } })).json();
  expect(await ask(`${cloudBox}/cart/execute`)).toEqual({
    ...{ error: 'no', code: 'RUNTIME_ERROR', logs: '', execution_time: 2 },
  });
  expect(await ask(service)).toEqual({ error: 'Function execution failed', message: 'no', logs: [] });
});

test('an Idempotency-Key holds in a dialect as everywhere', async () => {
  const { call, platform } = useApi();
  const headers = { authorization: `Bearer ${TOKEN}`, 'idempotency-key': 'once' };
  const body = { name: 'cart', code: 'exports.handler = () => 1;' };
  for (let time = 0; time < 2; time++) expect((await call('POST', cloudBox, body, headers)).status).toBe(201);
  expect(platform.createFunction).toHaveBeenCalledTimes(1);
});

test('a list goes on until its last page', async () => {
  const { call, platform } = useApi();
  const page = { items: [view], cursor: 'next' };
  platform.listFunctions.mockResolvedValueOnce(page).mockResolvedValueOnce({ ...page, cursor: null });
  const body = await (await call('GET', '/api/v1/projects/shop/functions')).json();
  expect(body).toMatchObject({ success: true, count: 2 });
  expect(platform.listFunctions.mock.calls.map(([, query]) => query.cursor)).toEqual([undefined, 'next']);
});
