import { expect, test } from 'vitest';
import { errorOf, useApi } from '../../test/support/use-api.ts';
import { AppError } from '../model/errors.ts';

test('tells where an address is, and what is not known is absent', async () => {
  const { call, platform } = useApi();
  const response = await call('GET', '/geo/193.99.144.80');
  expect([response.status, await response.json()]).toEqual([
    200,
    { ip: '193.99.144.80', country: 'DE', continent: 'EU', isEUCountry: '1', asn: 206_564 },
  ]);
  expect(platform.findAddress).toHaveBeenCalledWith('193.99.144.80');
});

test('takes an IPv6 address with its colons escaped or not', async () => {
  const { call, platform } = useApi();
  await call('GET', '/geo/2001:db8::1');
  await call('GET', '/geo/2001%3Adb8%3A%3A1');
  expect(platform.findAddress.mock.calls).toEqual([['2001:db8::1'], ['2001:db8::1']]);
});

test('hands on what the platform refuses', async () => {
  const { call, platform } = useApi();
  platform.findAddress.mockRejectedValue(new AppError('FN_006', '"x" is no address.'));
  expect(await errorOf(await call('GET', '/geo/x'))).toMatchObject({ error: { code: 'FN_006' } });
});
