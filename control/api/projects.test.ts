import { expect, test } from 'vitest';
import { errorOf, TIME, useApi } from '../../test/support/use-api.ts';

const shop = { name: 'shop', description: 'the shop', settings: {}, functions: 3, created_at: TIME };
const qa = { name: 'qa', project: 'shop', description: 'for testers', functions: 1, created_at: TIME };

test.each([
  ['GET', '/projects', undefined, 200, { projects: [shop], cursor: 'next' }],
  ['POST', '/projects', { name: 'shop' }, 201, shop],
  ['GET', '/projects/shop', undefined, 200, shop],
  ['PATCH', '/projects/shop', { description: 'the shop' }, 200, shop],
  ['DELETE', '/projects/shop', undefined, 200, { name: 'shop', deleted: true }],
  ['GET', '/projects/shop/environments', undefined, 200, { environments: [qa] }],
  ['POST', '/projects/shop/environments', { name: 'qa' }, 201, qa],
  ['GET', '/projects/shop/environments/qa', undefined, 200, qa],
  ['PUT', '/projects/shop/environments/qa', undefined, 200, qa],
  [
    'DELETE',
    '/projects/shop/environments/qa',
    undefined,
    200,
    { name: 'qa', project: 'shop', deleted: true },
  ],
])('%s %s', async (method, path, body, status, answer) => {
  const response = await useApi().call(method, path, body);
  expect([response.status, await response.json()]).toEqual([status, answer]);
});

test.each([
  ['/projects', { name: 'Shop' }, /^name is "Shop": must be lower-case/],
  ['/projects', { name: 'shop', settings: { no: 1 } }, /"settings.no"|"no" is not a field of settings/],
  ['/projects/shop/environments', { name: '0123abcd' }, /must not be 8 hex digits/],
  ['/projects/shop/environments', { name: 'a--b' }, /must not have "--"/],
  ['/projects/shop/env', { key: 'A', value: 'v', function: 'cart' }, /"function" is not a field/],
  ['/functions/cart/promote', {}, /^to is missing/],
])('POST %s refuses %o', async (path, body, message) => {
  const response = await useApi().call('POST', path, body);
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toMatch(message);
});

test('variables of a project, an environment and a function in one are set where they are meant', async () => {
  const { call, platform } = useApi();
  const variable = { key: 'API_KEY', value: 'the-secret-value', secret: true };
  const project = await call('POST', '/projects/shop/env', variable);
  expect(await project.json()).toEqual({
    ...{ key: 'API_KEY', secret: true, updated_at: TIME, replaced: 2 },
    failed: [{ function: 'cart-qa', message: 'did not start' }],
  });
  await call('POST', '/projects/shop/environments/qa/env', variable);
  await call('POST', '/projects/shop/environments/qa/env', { ...variable, function: 'cart' });
  await call('DELETE', '/projects/shop/environments/qa/env/API_KEY?function=cart');
  const listed = await call('GET', '/projects/shop/environments/qa/env?function=cart');
  expect(await listed.text()).not.toContain('the-secret-value');
  const scopes = platform.setOverlay.mock.calls.map(([, scope]) => [scope.environment, scope.base]);
  expect(scopes).toEqual([
    [null, null],
    ['qa', null],
    ['qa', 'cart'],
  ]);
  const scope = { project: 'shop', environment: 'qa', base: 'cart' };
  expect(platform.deleteOverlay).toHaveBeenCalledWith(expect.anything(), scope, 'API_KEY');
  expect(platform.listOverlay).toHaveBeenLastCalledWith(expect.anything(), scope);
});

test('the environment of a function is told beside its project, where it is named and where it is made', async () => {
  const { call, platform } = useApi();
  await call('GET', '/functions/cart?project=shop&environment=staging');
  const ref = { idOrName: 'cart', project: 'shop', environment: 'staging' };
  expect(platform.getFunction).toHaveBeenCalledWith(expect.anything(), ref);
  await call('POST', '/functions?environment=staging', { name: 'cart' });
  const [, made] = platform.createFunction.mock.calls[0] ?? [];
  expect(made).toMatchObject({ name: 'cart', inEnvironment: 'staging' });
  await call('POST', '/functions/cart/promote?project=shop', { from: 'staging', to: 'prod' });
  expect(platform.promote).toHaveBeenCalledWith(
    ...[
      expect.anything(),
      { idOrName: 'cart', project: 'shop' },
      { from: 'staging', to: 'prod', replaceVariables: false },
    ],
  );
  expect((await call('GET', '/functions/cart?environment=a--b')).status).toBe(400);
});
