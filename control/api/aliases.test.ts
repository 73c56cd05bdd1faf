import { expect, test } from 'vitest';
import { errorOf, TIME, useApi, VERSION_ID } from '../../test/support/use-api.ts';

const shown = {
  name: 'beta',
  version: VERSION_ID,
  url: 'http://beta-cart.shop.localhost:8080/',
  updated_at: TIME,
};

test('lists, shows, sets and deletes aliases', async () => {
  const { call, platform } = useApi();
  expect(await (await call('GET', '/functions/cart/aliases')).json()).toEqual({ aliases: [shown] });
  expect(await (await call('GET', '/functions/cart/aliases/beta')).json()).toEqual(shown);
  const set = await call('PUT', '/functions/cart/aliases/beta', { version: 'abababab' });
  expect(await set.json()).toEqual(shown);
  const ref = { idOrName: 'cart' };
  expect(platform.setAlias).toHaveBeenCalledWith(expect.anything(), ref, 'beta', 'abababab');
  const gone = await call('DELETE', '/functions/cart/aliases/beta');
  expect(await gone.json()).toEqual({ name: 'beta', deleted: true });
  expect(platform.deleteAlias).toHaveBeenCalledWith(expect.anything(), ref, 'beta');
});

test.each([
  ['abababab', 'which stand for a version'],
  ['abababab-x', 'which stand for a version'],
  ['Beta', 'must be lower-case'],
  ['a_', 'must be lower-case'],
  ['x'.repeat(64), 'at most 63'],
])('refuses the name %s', async (name, message) => {
  const { call, platform } = useApi();
  const refused = await call('PUT', `/functions/cart/aliases/${name}`, { version: 'abababab' });
  expect(refused.status).toBe(400);
  expect((await errorOf(refused)).error.message).toContain(message);
  expect(platform.setAlias).not.toHaveBeenCalled();
});

test('seven hex digits are a name as any other, and so are eight that are not hex', async () => {
  const { call } = useApi();
  for (const name of ['abababa', 'abababag', 'staging'])
    expect((await call('PUT', `/functions/cart/aliases/${name}`, { version: 'abababab' })).status).toBe(200);
});
