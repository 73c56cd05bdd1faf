import { expect, test } from 'vitest';
import { errorOf, useApi } from '../../test/support/use-api.ts';

const at = (parameters: Record<string, string>): string =>
  `/routes/explain?${new URLSearchParams({ url: 'http://hello.localhost/', ...parameters })}`;

test('passes on the request as it is described', async () => {
  const { call, platform } = useApi();
  const parameters = {
    method: 'POST',
    country: 'DE',
    latitude: '52.5',
    longitude: '13.4',
    ip: '203.0.113.7',
  };
  const headers = { cookie: 'beta=1', headers: '{"accept-language":"de"}', authorized: 'true' };
  expect((await call('GET', at({ ...parameters, ...headers }))).status).toBe(200);
  expect(platform.explain).toHaveBeenCalledWith(expect.anything(), {
    ...{ url: 'http://hello.localhost/', method: 'POST', letIn: true },
    headers: [
      ['accept-language', 'de'],
      ['cookie', 'beta=1'],
    ],
    client: { ip: '203.0.113.7', geo: { country: 'DE', latitude: '52.5', longitude: '13.4' } },
  });
});

test.each([
  [{ url: 'hello' }, 'must be an http or https URL'],
  [{ url: 'ftp://hello' }, 'must be an http or https URL'],
  [{ country: 'Germany' }, 'must be two upper-case letters'],
  [{ continent: 'Europe' }, 'continent'],
  [{ ip: '1.2.3' }, 'must be an IPv4 or IPv6 address'],
  [{ latitude: '91', longitude: '0' }, 'must be from -90 to 90'],
  [{ latitude: '1' }, 'latitude and longitude belong together'],
  [{ headers: '["a"]' }, 'must be a JSON object'],
  [{ headers: '{"a b":"c"}' }, 'must be a JSON object'],
  [{ method: 'get' }, 'must be an upper-case HTTP method'],
])('refuses %j', async (parameters, said) => {
  const response = await useApi().call('GET', at(parameters));
  expect(response.status).toBe(400);
  expect((await errorOf(response)).error.message).toContain(said);
});
