import { expect, test } from 'vitest';
import { TIME, useApi } from '../../test/support/use-api.ts';
import { previewSeconds } from './experiments.ts';

test('lists experiments with where they are set', async () => {
  const { call, platform } = useApi();
  const answer = await call('GET', '/experiments?project=shop&environment=staging');
  expect(await answer.json()).toMatchObject({
    experiments: [{ name: 'buttons', project: 'shop', places: [null], status: 'running', winner: null }],
  });
  expect(platform.listExperiments).toHaveBeenCalledWith(expect.anything(), {
    project: 'shop',
    environment: 'staging',
  });
});

test('shows figures with their intervals, each variant beside the first', async () => {
  const { call } = useApi();
  const answer = await call('GET', '/experiments/buttons?project=shop');
  expect(await answer.json()).toMatchObject({
    since: TIME,
    variants: [
      { name: 'blue', weight: 1, visitors: 10, conversions: 1, conversion_rate: 0.1, difference: null },
      {
        ...{ name: 'green', weight: 3, conversion_rate: 0.3, latency_ms: null },
        difference: { absolute: expect.closeTo(0.2, 9), p: expect.any(Number) },
      },
    ],
  });
});

test('makes a preview for an hour unless told otherwise, and for no longer than may be', async () => {
  const { call, platform } = useApi();
  const answer = await call('POST', '/experiments/buttons/preview', { variant: 'green' });
  expect(await answer.json()).toEqual({ token: 't.s', url: null, expires_at: TIME });
  expect(platform.previewVariant).toHaveBeenCalledWith(
    expect.anything(),
    { name: 'buttons' },
    { variant: 'green', expiresInSeconds: 3600 },
  );
  const tooLong = { variant: 'green', expires_in: previewSeconds.max + 1 };
  expect((await call('POST', '/experiments/buttons/preview', tooLong)).status).toBe(400);
});

test('takes a conversion by what the visitor is known by, or by his cookie', async () => {
  const { call, platform } = useApi();
  const key = '0123456789abcdef'.repeat(2);
  await call('POST', '/experiments/buttons/events', { visitor: 'user-17', variant: 'blue' });
  const answer = await call('POST', '/experiments/buttons/events', { cookie: `${key}.01234567` });
  expect(await answer.json()).toEqual({ experiment: 'buttons', counted: true });
  expect(platform.convertVisitor.mock.calls.map(([, , input]) => input)).toEqual([
    { visitor: 'user-17', variant: 'blue' },
    { visitor: key, variant: undefined },
  ]);
});

test.each([
  [{}, 'must have either visitor or cookie'],
  [{ visitor: 'a', cookie: `${'0'.repeat(32)}.${'0'.repeat(8)}` }, 'must have either visitor or cookie'],
  [{ cookie: 'a' }, 'must be the value of the cookie'],
  [{ visitor: 'a', event: 'click' }, 'conversion'],
])('refuses the event %j', async (body, message) => {
  const { call } = useApi();
  const answer = await call('POST', '/experiments/buttons/events', body);
  expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining(message)]);
});

test('resets the figures', async () => {
  const { call, platform } = useApi();
  const answer = await call('DELETE', '/experiments/buttons?project=shop');
  expect(await answer.json()).toEqual({ experiment: 'buttons', reset: true });
  expect(platform.resetExperiment).toHaveBeenCalledWith(expect.anything(), {
    name: 'buttons',
    project: 'shop',
  });
});
