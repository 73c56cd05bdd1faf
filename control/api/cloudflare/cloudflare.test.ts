import { expect, test } from 'vitest';
import { projectView, useApi as useAnyApi, view } from '../../../test/support/use-api.ts';
import { accountIdOf } from './account-of.ts';
import { uploadBytesMax } from './read-upload.ts';

/** Lists that end, as accounts are all that there are. */
const useApi = (): ReturnType<typeof useAnyApi> => {
  const api = useAnyApi();
  api.platform.listFunctions.mockResolvedValue({ items: [view], cursor: null });
  const project = { record: { ...projectView.record, name: 'shop' }, functions: 1 };
  api.platform.listProjects.mockResolvedValue({ items: [project], cursor: null });
  return api;
};

interface Envelope {
  readonly success: boolean;
  readonly errors: readonly { readonly code: number; readonly message: string }[];
  readonly messages: readonly unknown[];
  readonly result: unknown;
}

async function refusal(response: Response): Promise<{ status: number; code: number; message: string }> {
  const body = (await response.json()) as Envelope;
  expect(body).toMatchObject({ success: false, messages: expect.any(Array), result: null });
  const [error] = body.errors;
  return { status: response.status, code: error?.code ?? 0, message: error?.message ?? '' };
}

const shop = accountIdOf('shop');
const script = `/client/v4/accounts/${shop}/workers/scripts/cart`;

test('a token of nobody is refused in the envelope, under the number that tools know', async () => {
  const { call } = useApi();
  const response = await call('GET', '/client/v4/user', undefined, { authorization: 'Bearer wrong' });
  expect(await refusal(response)).toMatchObject({ status: 401, code: 10000 });
});

test('a path that there is not is told in the envelope', async () => {
  expect(await refusal(await useApi().call('GET', '/client/v4/nothing'))).toMatchObject({
    status: 404,
    code: 7003,
  });
  expect(await refusal(await useApi().call('PATCH', '/client/v4/user'))).toMatchObject({
    status: 405,
    code: 7003,
  });
});

test('an account is found by its id and by the name of its project', async () => {
  const { call } = useApi();
  for (const account of [shop, 'shop', accountIdOf('default'), 'a-new-one'])
    expect((await call('GET', `/client/v4/accounts/${account}`)).status).toBe(200);
  expect(await refusal(await call('GET', `/client/v4/accounts/${'0'.repeat(32)}`))).toMatchObject({
    code: 7400,
  });
});

test('a key for one project finds no account of another', async () => {
  const { call, platform } = useApi();
  const actor = { id: 'key_1', name: 'ci', role: 'deployer' as const, projects: ['shop'], expiresAt: null };
  platform.identify.mockReturnValue({ actor, expired: false });
  const key = { authorization: 'Bearer of-a-key-0123456789' };
  expect((await call('GET', `/client/v4/accounts/${shop}`, undefined, key)).status).toBe(200);
  for (const other of [accountIdOf('other'), 'other', accountIdOf('default')])
    expect(await refusal(await call('GET', `/client/v4/accounts/${other}`, undefined, key))).toMatchObject({
      ...{ status: 404, code: 7400 },
    });
});

test('a viewer may look and not deploy', async () => {
  const { call, platform } = useApi();
  const actor = { id: 'key_1', name: 'eyes', role: 'viewer' as const, projects: null, expiresAt: null };
  platform.identify.mockReturnValue({ actor, expired: false });
  const key = { authorization: 'Bearer of-a-key-0123456789' };
  expect((await call('GET', `${script}/versions`, undefined, key)).status).toBe(200);
  expect(await refusal(await call('PUT', script, 'x', key))).toMatchObject({ status: 403, code: 9109 });
  // Nor see values of variables, which are often secrets by mistake.
  const shown = await (await call('GET', `${script}/versions/${'ab'.repeat(16)}`, undefined, key)).text();
  expect(shown).toContain('"GREETING"');
  expect(shown).not.toContain('hello');
});

test('no answer has the value of a secret', async () => {
  const { call } = useApi();
  for (const path of ['/secrets', '/settings', '/versions', `/versions/${'ab'.repeat(16)}`])
    expect(await (await call('GET', script + path)).text()).not.toContain('the-secret-value');
});

test('JSON is taken whatever its content type', async () => {
  const { call, platform } = useApi();
  platform.listVersions.mockResolvedValue({ items: [], cursor: null });
  for (const type of ['text/plain', 'application/merge-patch+json', 'application/json']) {
    const secret = { name: 'TOKEN', text: 'x', type: 'secret_text' };
    const response = await call('PUT', `${script}/secrets`, secret, { 'content-type': type });
    expect(response.status).toBe(200);
  }
});

test.each<[string, unknown, RegExp]>([
  [
    'percentages that add up to less',
    [{ version_id: 'abababab', percentage: 40 }],
    /sum to 40: they must sum to 100/,
  ],
  ['a negative one', [{ version_id: 'abababab', percentage: -1 }], /percentage/],
  ['an absurd one', [{ version_id: 'abababab', percentage: 1e9 }], /percentage/],
  ['no version', [], /versions/],
  ['an id that is none', [{ version_id: '../../x', percentage: 100 }], /is no version id/],
])('a deployment with %s is refused', async (_what, versions, message) => {
  const response = await useApi().call('POST', `${script}/deployments`, { strategy: 'percentage', versions });
  const { status, message: told } = await refusal(response);
  expect(status).toBe(400);
  expect(told).toMatch(message);
});

test('an upload beyond its limit is refused, and one beyond that of the control API is read', async () => {
  const type = { 'content-type': 'multipart/form-data; boundary=x' };
  const { call } = useApi();
  const large = await call('PUT', script, 'x'.repeat(uploadBytesMax + 1), type);
  expect(await refusal(large)).toMatchObject({ status: 413, code: 10027 });
  const less = await call('PUT', script, 'x'.repeat(uploadBytesMax), type);
  expect(await refusal(less)).toMatchObject({ status: 400, code: 10001 });
});

test('a name that can be no host label is refused with what it must be', async () => {
  const path = `/client/v4/accounts/${shop}/workers/scripts/My_Worker`;
  expect(await refusal(await useApi().call('PUT', path, 'x'))).toMatchObject({
    message: expect.stringContaining('The Worker\'s name "My_Worker" must be lower-case letters'),
  });
});

test('no site of somebody else may read an answer', async () => {
  const response = await useApi().call('GET', '/client/v4/user', undefined, {
    origin: 'https://evil.example',
  });
  expect(response.headers.get('access-control-allow-origin')).toBeNull();
});
