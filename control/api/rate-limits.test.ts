import { expect, test } from 'vitest';
import { errorOf, useApi } from '../../test/support/use-api.ts';
import { AppError } from '../model/errors.ts';

test('lists the counters of limiters', async () => {
  const { call } = useApi();
  expect(await (await call('GET', '/functions/cart/rate-limits')).json()).toEqual({
    rate_limits: [
      { name: 'login', algorithm: 'fixed', by: ['ip'], allowed: 12, refused: 3, asked: 2, keys: 4 },
    ],
  });
});

test('lets the owner of a key in again, whatever characters it has', async () => {
  const { call, platform } = useApi();
  const key = '2001:db8:1:2::/64|a%7Cb';
  const response = await call(
    'DELETE',
    `/functions/cart/rate-limits/login/${encodeURIComponent(key)}?project=shop`,
  );
  expect([response.status, await response.json()]).toEqual([200, { name: 'login', key, reset: true }]);
  expect(platform.resetRateLimit).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart', project: 'shop' },
    'login',
    key,
  );
});

test('a key of which nothing is known is said to be so', async () => {
  const { call, platform } = useApi();
  platform.resetRateLimit.mockRejectedValue(new AppError('FN_001', 'It has counted nothing of it.'));
  const response = await call('DELETE', '/functions/cart/rate-limits/login/nobody');
  expect(response.status).toBe(404);
  expect((await errorOf(response)).error.message).toBe('It has counted nothing of it.');
});
