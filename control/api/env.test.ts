import { expect, test } from 'vitest';
import { env, errorOf, TIME, useApi, VERSION_ID } from '../../test/support/use-api.ts';
import { AppError } from '../model/errors.ts';

test('lists variables with their values, secrets without, and where each is set', async () => {
  const response = await useApi().call('GET', '/functions/cart/env');
  expect(await response.json()).toEqual({
    env: [
      { key: 'API_KEY', secret: true, updated_at: TIME, source: 'environment' },
      { key: 'GREETING', secret: false, value: 'hello', updated_at: TIME, source: 'environment' },
    ],
  });
});

test('sets a variable and tells the version that has it', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/functions/cart/env?project=shop', {
    key: 'GREETING',
    value: 'hello',
  });
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    key: 'GREETING',
    secret: false,
    value: 'hello',
    updated_at: TIME,
    version: VERSION_ID,
    build_logs: ['convention: event'],
  });
  expect(platform.setEnv).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart', project: 'shop' },
    { key: 'GREETING', value: 'hello', secret: false },
  );
});

test('never shows the value of a secret, not even to whoever just set it', async () => {
  const { call, platform } = useApi();
  const body = { key: 'API_KEY', value: 'the-secret-value', secret: true };
  expect(await (await call('POST', '/functions/cart/env', body)).text()).not.toContain('the-secret-value');
  platform.listEnv.mockResolvedValue(env.filter(({ key }) => key !== 'API_KEY'));
  const deletedMeanwhile = await call('POST', '/functions/cart/env', body);
  expect(await deletedMeanwhile.json()).toMatchObject({ key: 'API_KEY', secret: true, updated_at: TIME });
});

test.each([
  [{ key: '9A', value: 'v' }, 'key is "9A": must be letters, digits and "_", and not begin with a digit.'],
  [{ key: 'A'.repeat(129), value: 'v' }, `key is "${'A'.repeat(79)}…: must be at most 128 characters.`],
  [
    { key: '__selvedge_x', value: 'v' },
    'key is "__selvedge_x": names that begin with "__selvedge" are the platform\'s.',
  ],
  [{ key: 'A', value: 5 }, 'value must be a string.'],
  [{ key: 'A' }, 'value is missing: must be a string.'],
  [{ key: 'A', value: 'x'.repeat(1024 * 1024 + 1) }, 'value must be at most 1048576 characters.'],
  [{ name: 'A', key: 'A', value: 'v' }, '"name" is not a field of the body; allowed are key, value, secret.'],
])('refuses %#', async (body, message) => {
  const { call, platform } = useApi();
  const response = await call('POST', '/functions/cart/env', body);
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toBe(message);
  expect(platform.setEnv).not.toHaveBeenCalled();
});

test('deletes a variable', async () => {
  const { call, platform } = useApi();
  const response = await call('DELETE', '/functions/cart/env/GREETING?project=shop');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    key: 'GREETING',
    deleted: true,
    version: VERSION_ID,
    build_logs: ['convention: event'],
  });
  expect(platform.deleteEnv).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart', project: 'shop' },
    'GREETING',
  );
});

test('answers FN_001 for a variable that is not there', async () => {
  const { call, platform } = useApi();
  platform.deleteEnv.mockRejectedValue(new AppError('FN_001', 'cart has no variable "NOPE".'));
  expect((await call('DELETE', '/functions/cart/env/NOPE')).status).toBe(404);
});
