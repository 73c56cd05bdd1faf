import { expect, test } from 'vitest';
import { errorOf, useApi } from '../../test/support/use-api.ts';

test('tells its health with 200, degraded or not', async () => {
  const { app, platform } = useApi();
  expect(await (await app.request('/health')).json()).toEqual({
    status: 'ok',
    uptime_seconds: 1.5,
    problems: [],
    counts: { functions: 1 },
    memory: { used_bytes: 1, limit_bytes: 2, control_bytes: 3 },
    cpu: { load_average: [0.5, 0.25, 0], cores: 2 },
    sandbox: { available: true, description: 'bubblewrap' },
    uptime: 1.5,
    totalInvocations: 3,
    successfulInvocations: 2,
    failedInvocations: 1,
  });
  platform.health.mockResolvedValue({
    ...(await platform.health()),
    status: 'degraded',
    uptimeSeconds: 2,
    problems: ['No sandbox.'],
    counts: {},
    invocations: { total: 0, failed: 0 },
  });
  const response = await app.request('/health');
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ status: 'degraded', problems: ['No sandbox.'] });
});

test('is ready, or answers SYS_003 and when to ask again', async () => {
  const { app, platform, log } = useApi();
  expect(await (await app.request('/ready')).json()).toEqual({ ready: true });
  platform.ready.mockReturnValue(false);
  const response = await app.request('/ready');
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBe('1');
  expect((await errorOf(response)).error.code).toBe('SYS_003');
  expect(log.error).not.toHaveBeenCalled();
});

test('tells what it is made of, to whoever has the token', async () => {
  const { app, call } = useApi();
  expect((await app.request('/info')).status).toBe(401);
  expect(await (await call('GET', '/info')).json()).toEqual({
    version: '0.1.0',
    workerd: '1.0.0',
    node: '24.0.0',
    sandbox: 'bubblewrap',
    edge: 'http://127.0.0.1:8080',
    tls: null,
    domain: 'localhost',
    fronts: 2,
    slots: 1024,
    isolation: { sandbox: 'bubblewrap' },
    limits: { timeout_seconds: 900 },
    signing: { algorithm: 'ed25519', key_id: '3f1c9b7a5e2d8046', public_key: 'PEM' },
  });
});
