import { expect, test } from 'vitest';
import { errorOf, useApi } from '../../test/support/use-api.ts';
import { acmeDomainsMax } from '../model/limits.ts';

const hosts = (count: number) => Array.from({ length: count }, (_, at) => `h${at}.shop.test`);

test('certificates are listed without their keys', async () => {
  const { call } = useApi();
  const response = await call('GET', '/certificates');
  expect([response.status, await response.json()]).toEqual([
    200,
    {
      certificates: [
        {
          ...{ name: 'shop.test', source: 'upload', domains: ['shop.test'], served: true, default: false },
          ...{ not_before: '1970-01-01T00:00:00.000Z', not_after: '1970-01-02T00:00:00.000Z' },
          ...{ issuer: 'CN=ca', fingerprint: 'AA:BB', acme: null },
          ...{ author: 'ci', created_at: '2026-11-21T10:00:00.000Z' },
        },
      ],
    },
  ]);
});

test('one is given with its key, or ordered for as many hosts as may be', async () => {
  const { call, platform } = useApi();
  expect((await call('POST', '/certificates', { certificate: 'PEM', key: 'PEM' })).status).toBe(201);
  expect((await call('POST', '/certificates', { domains: hosts(acmeDomainsMax), acme: true })).status).toBe(
    201,
  );
  expect(platform.addCertificate).toHaveBeenCalledTimes(2);
});

test.each([
  [{ certificate: 'PEM' }],
  [{ domains: ['shop.test'] }],
  [{ domains: [], acme: true }],
  [{ domains: ['Shop.test'], acme: true }],
  [{ domains: ['localhost'], acme: true }],
  [{ domains: ['10.0.0.1 '], acme: true }],
  [{ domains: hosts(acmeDomainsMax + 1), acme: true }],
  [{ name: '../etc/passwd', certificate: 'PEM', key: 'PEM' }],
  [{ name: 'a/b', domains: ['shop.test'], acme: true }],
])('%j is refused', async (body) => {
  const { call, platform } = useApi();
  const response = await call('POST', '/certificates', body);
  expect([response.status, (await errorOf(response)).error.code]).toEqual([400, 'FN_006']);
  expect(platform.addCertificate).not.toHaveBeenCalled();
});

test('one is deleted by its name', async () => {
  const { call, platform } = useApi();
  const response = await call('DELETE', '/certificates/shop.test');
  expect(await response.json()).toEqual({ name: 'shop.test', deleted: true });
  expect(platform.removeCertificate).toHaveBeenCalledWith(expect.anything(), 'shop.test');
});
