import { expect, test } from 'vitest';
import { useApi } from '../../test/support/use-api.ts';

const last = { outcome: 'success', error: null, duration_ms: 3, request_id: 'req-7' };

test('lists schedules with their next and last run', async () => {
  const { call, platform } = useApi();
  const answer = await call('GET', '/schedules?project=shop&limit=5');
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    schedules: [{ function: { name: 'cart', project: 'shop' }, cron: '*/5 * * * *', last }],
    cursor: null,
  });
  expect(platform.listSchedules).toHaveBeenCalledWith(expect.anything(), { project: 'shop', limit: 5 });
});

test('lists those of a function', async () => {
  const { call } = useApi();
  const answer = await call('GET', '/functions/cart/schedules?project=shop');
  expect(await answer.json()).toMatchObject({ schedules: [{ cron: '*/5 * * * *', last }] });
});

test('runs one now, and tells how it ended', async () => {
  const { call, platform } = useApi();
  const answer = await call('POST', '/functions/cart/schedules/run', { cron: '*/5 * * * *' });
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({ cron: '*/5 * * * *', outcome: 'success', error: null });
  expect(platform.runSchedule).toHaveBeenCalledWith(
    expect.anything(),
    { idOrName: 'cart', project: undefined },
    expect.objectContaining({ cron: '*/5 * * * *' }),
    expect.any(AbortSignal),
  );
});

test('a run without a schedule is refused', async () => {
  const { call } = useApi();
  expect((await call('POST', '/functions/cart/schedules/run', {})).status).toBe(400);
});
