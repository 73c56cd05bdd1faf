import { expect, test } from 'vitest';
import { auditEntry, errorOf, useApi } from '../../test/support/use-api.ts';

test('shows a page of the log', async () => {
  const { call } = useApi();
  const { requestId, ...entry } = auditEntry;
  expect(await (await call('GET', '/audit')).json()).toEqual({
    entries: [{ ...entry, request_id: requestId }],
    cursor: null,
  });
});

test('passes every filter on, times in UTC', async () => {
  const { call, platform } = useApi();
  const filters =
    'since=2026-11-21T01:00:00%2B01:00&until=2026-11-22T00:00:00Z&actor=ci&action=env.set&project=shop&function=cart';
  await call('GET', `/audit?${filters}&limit=5&cursor=abc`);
  expect(platform.audit.mock.lastCall?.[1]).toEqual({
    ...{ since: '2026-11-21T00:00:00.000Z', until: '2026-11-22T00:00:00.000Z', actor: 'ci' },
    ...{ action: 'env.set', project: 'shop', function: 'cart', limit: 5, cursor: 'abc' },
  });
});

test.each(['action=function.creat', 'since=yesterday', 'user=ci', 'limit=1001'])(
  'refuses %s',
  async (query) => {
    const response = await useApi().call('GET', `/audit?${query}`);
    expect(response.status).toBe(400);
    expect((await errorOf(response)).error.code).toBe('FN_006');
  },
);
