import { expect, test } from 'vitest';
import { TIME, useApi } from '../../test/support/use-api.ts';

test('lists secrets with all but their values', async () => {
  const { call } = useApi();
  const response = await call('GET', '/functions/cart/secrets?project=shop');
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({
    secrets: [{ name: 'API_KEY', number: 2, live: 1, author: 'ci', created_at: TIME }],
  });
});

test('tells the history of one', async () => {
  const { call, platform } = useApi();
  const response = await call('GET', '/functions/cart/secrets/API_KEY/history?project=shop');
  expect(await response.json()).toEqual({
    name: 'API_KEY',
    versions: [{ number: 2, author: 'ci', created_at: TIME, deleted_at: TIME }],
  });
  expect(platform.secretHistory.mock.lastCall?.slice(1)).toEqual([
    { idOrName: 'cart', project: 'shop' },
    'API_KEY',
  ]);
});

test('rotates the master key and tells the ids of both', async () => {
  const { call } = useApi();
  const response = await call('POST', '/master-key/rotate');
  expect(await response.json()).toEqual({ source: 'file', from: 'aa', to: 'bb', data_keys: 3 });
});

test('a rotation takes no key from whoever asks for it', async () => {
  const { call, platform } = useApi();
  const response = await call('POST', '/master-key/rotate', { key: 'mine' });
  expect(response.status).toBe(400);
  expect(platform.rotateMasterKey).not.toHaveBeenCalled();
});
