// What needs no function that runs; the document's own calls are in test/e2e/seeds/baas.test.ts.

import { expect, test } from 'vitest';
import { invoked, KEY_TOKEN, key, useApi } from '../../../test/support/use-api.ts';
import { actorOf, type Role } from '../../model/access.ts';
import { AppError } from '../../model/errors.ts';

const code = 'export default async function handler(request, context) { return context.success(); }';
const shown = async (response: Response): Promise<unknown> => [response.status, await response.json()];
const failure = (message: string, name: string): unknown => ({
  success: false,
  error: { message: expect.stringContaining(message), code: name },
});

test('inline code runs with the request and the variables that it is given', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/execute?project=shop', {
    ...{ code, env: { API_KEY: 'k' } },
    request: { body: { name: 'Ada' }, method: 'put', headers: { 'x-a': 'b' }, query: { q: '1' } },
  });
  expect(await shown(response)).toEqual([200, { total: 3 }]);
  expect(response.headers.get('server-timing')).toBe('execution;dur=2.1');
  expect(response.headers.get('x-memory-bytes')).toBe('9000000');
  expect(platform.tryOut.mock.calls[0]?.[1]).toMatchObject({
    ...{ source: { code }, project: 'shop', environment: { API_KEY: 'k' }, isolated: false },
    request: { event: { name: 'Ada' }, method: 'PUT', headers: { 'x-a': 'b' }, query: { q: '1' }, path: '/' },
  });
});

test('a stored function is called as ever, unless it is tested or has other variables', async () => {
  const { call, platform } = useApi();
  await call('POST', '/execute', { function: 'cart' });
  expect(platform.invoke.mock.calls[0]?.[1]).toEqual({ idOrName: 'cart', project: undefined });
  expect(platform.tryOut).not.toHaveBeenCalled();
  await call('POST', '/execute', { function: 'cart', env: { A: 'b' } });
  await call('POST', '/test', { function: 'cart' });
  expect(platform.tryOut.mock.calls.map(([, { source, isolated }]) => [source, isolated])).toEqual([
    [{ function: { idOrName: 'cart', project: undefined } }, false],
    [{ function: { idOrName: 'cart', project: undefined } }, true],
  ]);
});

test.each([{}, { code, function: 'cart' }])('refuses %j, which names not one source', async (body) => {
  const { call } = useApi();
  const refused = await call('POST', '/execute', body);
  expect(await shown(refused)).toEqual([400, failure('either "code"', 'FN_006')]);
});

test('what the handler answers goes through with its status, an empty body too', async () => {
  const { call, platform } = useApi();
  const said = { success: false, error: { message: 'no', code: 'VALIDATION_ERROR' } };
  platform.tryOut.mockResolvedValueOnce({ ...invoked, response: said, http: { status: 400, headers: {} } });
  expect(await shown(await call('POST', '/execute', { code }))).toEqual([400, said]);
  platform.tryOut.mockResolvedValueOnce({ ...invoked, response: null, http: { status: 204, headers: {} } });
  expect((await call('POST', '/execute', { code })).status).toBe(204);
});

test('errors look as those of context.error, those of the handler and of the platform', async () => {
  const { call, app, platform } = useApi();
  expect(await shown(await app.request('/execute', { method: 'POST' }))).toEqual([
    ...[401, failure('A token is needed', 'FN_009')],
  ]);
  expect(await shown(await call('GET', '/execute'))).toEqual([405, failure('GET is not a method', 'FN_006')]);
  const error = { code: 'FN_002', message: 'The function did not answer.', stack: 'not shown' };
  platform.tryOut.mockResolvedValueOnce({ ...invoked, status: 'error', response: null, error });
  const late = await call('POST', '/execute', { code });
  expect(late.headers.get('x-selvedge-error')).toBe('FN_002');
  expect(await shown(late)).toEqual([504, failure('did not answer', 'FN_002')]);
  platform.tryOut.mockRejectedValueOnce(new AppError('FN_005', 'It does not build.'));
  expect(await shown(await call('POST', '/execute', { code }))).toEqual([
    ...[422, failure('not build', 'FN_005')],
  ]);
});

function useRole(role: Role) {
  const api = useApi();
  api.platform.identify.mockReturnValue({ actor: actorOf({ ...key, role, projects: null }), expired: false });
  const post = (path: string, body: object): Promise<Response> =>
    api.call('POST', path, body, { authorization: `Bearer ${KEY_TOKEN}` });
  return { ...api, post };
}

test('an invoker may call what is stored, and bring neither code nor variables', async () => {
  const { post, platform } = useRole('invoker');
  expect((await post('/execute', { function: 'cart' })).status).toBe(200);
  expect(await shown(await post('/execute', { code }))).toEqual([
    403,
    failure('code needs the role', 'FN_009'),
  ]);
  expect((await post('/execute', { function: 'cart', env: {} })).status).toBe(403);
  expect((await post('/validate', { code })).status).toBe(403);
  expect(platform.tryOut).not.toHaveBeenCalled();
});

test('source is valid if nothing in it is an error, whatever is warned of', async () => {
  const { call, platform } = useApi();
  const warning = { message: 'eval() …', line: 2, column: 3 };
  platform.validate.mockResolvedValueOnce({ errors: [], warnings: [warning], config: { timeout: 1 } });
  expect(await shown(await call('POST', '/validate', { code }))).toEqual([
    ...[200, { valid: true, errors: [], warnings: [warning], config: { timeout: 1 } }],
  ]);
  platform.validate.mockResolvedValueOnce({ errors: [warning], warnings: [], config: null });
  expect(await (await call('POST', '/validate', { code })).json()).toMatchObject({ valid: false });
});
