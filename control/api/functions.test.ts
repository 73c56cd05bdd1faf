import { expect, test } from 'vitest';
import {
  errorOf,
  FUNCTION_ID,
  record,
  TIME,
  TOKEN,
  useApi,
  VERSION_ID,
  view,
} from '../../test/support/use-api.ts';
import { AppError } from '../model/errors.ts';

const shown = {
  id: FUNCTION_ID,
  name: 'cart',
  project: 'shop',
  description: 'the cart',
  runtime: 'nodejs24',
  handler: 'index.handler',
  convention: 'event',
  status: 'deployed',
  url: 'http://cart.shop.localhost:8080/',
  urls: ['http://cart.shop.localhost:8080/', 'http://127.0.0.1:8080/p/shop/functions/cart'],
  active_version: VERSION_ID,
  timeout: 30,
  memory: 128,
  vcpu: 1,
  cpu_ms: null,
  wait_until_timeout: 30,
  stream_timeout: 900,
  egress: 'public',
  rate_limit: null,
  concurrency: 100,
  scaling: { minInstances: 0, maxInstances: 10, idleSeconds: 60, queueLength: 1000, queueSeconds: 10 },
  public: false,
  env: ['API_KEY', 'GREETING'],
  dependencies: { 'left-pad': '^1.3.0' },
  routes: [{ pattern: '/cart/*', methods: ['GET'] }],
  environment_name: 'prod',
  base: 'cart',
  sticky: { by: 'random' },
  rules: {},
  shadow: null,
  env_required: [],
  crons: [],
  bindings: [],
  compatibility_date: '2026-11-21',
  compatibility_flags: ['nodejs_compat'],
  created_at: TIME,
  updated_at: TIME,
  last_invoked_at: null,
  crashes: null,
};
const shownDeployed = { ...shown, version: VERSION_ID, build_logs: ['convention: event'] };

test('lists functions, passing the filters and the cursor on', async () => {
  const { call, platform } = useApi();
  const response = await call('GET', '/functions?project=shop&status=failed&search=ca&limit=5&cursor=opaque');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ functions: [shown], cursor: 'next' });
  expect(platform.listFunctions).toHaveBeenCalledWith(expect.anything(), {
    project: 'shop',
    status: 'failed',
    search: 'ca',
    limit: 5,
    cursor: 'opaque',
  });
});

test('creates a function with the defaults filled in', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/functions', { name: 'cart', code: 'export default 1' });
  expect(response.status).toBe(201);
  expect(response.headers.get('location')).toBe(`/functions/${FUNCTION_ID}`);
  expect(await response.json()).toEqual(shownDeployed);
  expect(platform.createFunction.mock.lastCall?.[1]).toMatchObject({
    name: 'cart',
    project: 'default',
    deploy: true,
    timeout: 30,
    memory: 128,
    cpu_ms: null,
    wait_until_timeout: 30,
    stream_timeout: 900,
    egress: 'public',
    rate_limit: null,
    scaling: { minInstances: 0, maxInstances: 10 },
    environment: {},
  });
});

test('answers a draft without a version', async () => {
  const { call, platform } = useApi();
  const draft = {
    record: { ...record, status: 'draft' as const, activeVersion: null },
    convention: null,
    envNames: [],
    urls: [],
    lastInvokedAt: null,
    crashes: null,
    invocations: 0,
    buildLogs: [],
    deploying: null,
  };
  platform.createFunction.mockResolvedValue({ view: draft, buildLogs: [] });
  expect(await (await call('POST', '/functions', { name: 'cart' })).json()).toMatchObject({
    status: 'draft',
    version: null,
    active_version: null,
    convention: 'auto',
    url: null,
    build_logs: [],
  });
});

test('shows the convention that was set, whatever the live version has', async () => {
  const { call, platform } = useApi();
  platform.getFunction.mockResolvedValue({ ...view, record: { ...record, convention: 'fetch' } });
  expect(await (await call('GET', '/functions/cart')).json()).toMatchObject({ convention: 'fetch' });
});

test('answers a failed deployment with FN_005 and the build log in both places', async () => {
  const { call, platform } = useApi();
  const buildLogs = ['index.ts:3:7: Expected ";" but found "x"'];
  const issues = [{ message: 'Expected ";" but found "x"', file: 'index.ts', line: 3, column: 7 }];
  platform.createFunction.mockRejectedValue(
    new AppError('FN_005', 'The bundle cannot be built.', { buildLogs, issues }),
  );
  const response = await call('POST', '/functions', { name: 'cart', code: 'x' });
  expect(response.status).toBe(422);
  expect(response.headers.get('x-selvedge-error')).toBe('FN_005');
  expect(await response.json()).toEqual({
    error: { code: 'FN_005', message: 'The bundle cannot be built.', issues, build_logs: buildLogs },
    request_id: response.headers.get('x-request-id'),
    build_logs: buildLogs,
  });
});

test('answers the status that an error brings in place of the registry’s', async () => {
  const { call, platform } = useApi();
  platform.createFunction.mockRejectedValue(
    new AppError('FN_006', 'name is "cart": the project has one.', { status: 409 }),
  );
  expect((await call('POST', '/functions', { name: 'cart' })).status).toBe(409);
});

test('refuses to create for a body with faults, and creates nothing', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/functions', { name: 'Cart', timeout: 901, colour: 'red' });
  expect(response.status).toBe(400);
  const { error } = await errorOf(response);
  expect(error.issues?.map((issue) => issue.path)).toEqual(['name', 'timeout', 'colour']);
  expect(error.message).toContain('"colour" is not a field of the body; allowed are name, project, code,');
  expect(platform.createFunction).not.toHaveBeenCalled();
});

test('shows a function by name and project, or by id', async () => {
  const { call, platform } = useApi();
  const response = await call('GET', '/functions/cart?project=shop');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ ...shown, build_logs: ['convention: event'] });
  expect(platform.getFunction).toHaveBeenLastCalledWith(expect.anything(), {
    idOrName: 'cart',
    project: 'shop',
  });
  await call('GET', `/functions/${FUNCTION_ID}`);
  expect(platform.getFunction).toHaveBeenLastCalledWith(expect.anything(), {
    idOrName: FUNCTION_ID,
    project: undefined,
  });
  expect(platform.getCode).not.toHaveBeenCalled();
});

test('shows the source where it is asked for', async () => {
  const { call } = useApi();
  expect(await (await call('GET', '/functions/cart?include=code')).json()).toEqual({
    ...shown,
    build_logs: ['convention: event'],
    code: 'export default 1',
  });
});

test('answers FN_001 for a function that is not there', async () => {
  const { call, platform } = useApi();
  platform.getFunction.mockRejectedValue(
    new AppError('FN_001', 'There is no function "cart" in project "shop".'),
  );
  const response = await call('GET', '/functions/cart?project=shop');
  expect(response.status).toBe(404);
  expect((await errorOf(response)).error.message).toBe('There is no function "cart" in project "shop".');
});

test('changes only what is sent', async () => {
  const { call, platform } = useApi();
  const response = await call('PUT', '/functions/cart?project=shop', { timeout: 60, status: 'disabled' });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual(shownDeployed);
  expect(platform.updateFunction).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart', project: 'shop' },
    { timeout: 60, status: 'disabled' },
  );
});

test('refuses a change that it does not know', async () => {
  const response = await useApi().call('PUT', '/functions/cart', { status: 'paused' });
  expect((await errorOf(response)).error.message).toBe(
    'status is "paused": must be one of "enabled", "disabled".',
  );
});

test('deletes the function that it found, by its id', async () => {
  const { call, platform } = useApi();
  const response = await call('DELETE', '/functions/cart?project=shop');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ id: FUNCTION_ID, name: 'cart', project: 'shop', deleted: true });
  expect(platform.deleteFunction).toHaveBeenCalledWith(expect.anything(), { idOrName: FUNCTION_ID });
});

test('deploys, with an empty body or an empty object', async () => {
  const { call, platform } = useApi();
  for (const body of [undefined, {}]) {
    const response = await call('POST', '/functions/cart/deploy', body);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(shownDeployed);
  }
  expect(platform.deploy).toHaveBeenCalledTimes(2);
  const said = { message: 'greet by name', tag: 'v1.2' };
  await call('POST', '/functions/cart/deploy', said);
  expect(platform.deploy).toHaveBeenLastCalledWith(expect.anything(), { idOrName: 'cart' }, said);
  const refused = await call('POST', '/functions/cart/deploy', { version: 'abababab' });
  expect((await errorOf(refused)).error.message).toBe(
    '"version" is not a field of the body; allowed are message, tag.',
  );
});

test('rolls back to the version before, or to the one that is named', async () => {
  const { call, platform } = useApi();
  expect((await call('POST', '/functions/cart/rollback')).status).toBe(200);
  expect(platform.rollback.mock.lastCall?.[2]).toBeUndefined();
  await call('POST', '/functions/cart/rollback', { version: 'abababab' });
  expect(platform.rollback.mock.lastCall?.[2]).toBe('abababab');
  for (const version of ['abababa', 'ABABABAB', 'a'.repeat(65)]) {
    const refused = await call('POST', '/functions/cart/rollback', { version });
    expect((await errorOf(refused)).error.message).toContain(
      'must be the id of a version, or its first 8 digits or more',
    );
  }
});

test('takes a name that is percent-encoded', async () => {
  const { app, platform } = useApi();
  await app.request('/functions/ca%72t', { headers: { authorization: `Bearer ${TOKEN}` } });
  expect(platform.getFunction).toHaveBeenCalledWith(expect.anything(), {
    idOrName: 'cart',
    project: undefined,
  });
});
