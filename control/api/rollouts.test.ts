import { expect, test } from 'vitest';
import { errorOf, FUNCTION_ID, TIME, useApi, VERSION_ID } from '../../test/support/use-api.ts';
import { guardFactorMax, rolloutStepsMax, stepWaitSeconds } from '../model/limits.ts';

const id = 'rol_0123456789abcdefghij';
const shown = {
  id,
  function_id: FUNCTION_ID,
  strategy: 'canary',
  from: 'ef'.repeat(32),
  to: VERSION_ID,
  state: 'running',
  step: 2,
  steps: [1, 50, 100],
  share: 50,
  wait_seconds: 60,
  guard: { error_rate: { max: 5 }, min_requests: 20 },
  reason: null,
  figures: {
    new: { requests: 200, failed: 3, error_rate: 1.5, p95_ms: 7.8 },
    old: { requests: 0, failed: 0, error_rate: null, p95_ms: null },
  },
  message: 'careful',
  author: 'ci',
  step_at: TIME,
  created_at: TIME,
  updated_at: TIME,
};
const ref = { idOrName: 'cart' };

test('lists and shows rollouts with what their versions answered', async () => {
  const { call, platform } = useApi();
  const list = await call('GET', '/functions/cart/rollouts?limit=5');
  expect(await list.json()).toEqual({ rollouts: [shown], cursor: null });
  expect(platform.listRollouts).toHaveBeenCalledWith(expect.anything(), ref, { limit: 5 });
  expect(await (await call('GET', `/functions/cart/rollouts/${id}`)).json()).toEqual(shown);
});

test('begins a rollout', async () => {
  const { call, platform } = useApi();
  const body = {
    version: 'abababab',
    strategy: 'canary',
    steps: [1, 50, 100],
    wait_seconds: null,
    guard: null,
  };
  const response = await call('POST', '/functions/cart/rollouts', body);
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual(shown);
  expect(platform.startRollout).toHaveBeenCalledWith(expect.anything(), ref, body);
});

test.each(['promote', 'pause', 'resume', 'abort'])('takes the command %s', async (command) => {
  const { call, platform } = useApi();
  const response = await call('POST', `/functions/cart/rollouts/${id}/${command}`);
  expect(await response.json()).toEqual(shown);
  expect(platform.commandRollout).toHaveBeenCalledWith(expect.anything(), ref, id, command);
});

const canary = { version: 'abababab', strategy: 'canary' };
test.each([
  ['no strategy', { version: 'abababab' }, 'strategy'],
  ['a strategy that there is not', { ...canary, strategy: 'red-black' }, 'strategy'],
  ['a canary that ends below 100', { ...canary, steps: [1, 50] }, 'end with 100'],
  ['a canary that goes back', { ...canary, steps: [50, 10, 100] }, 'must grow'],
  ['a canary that begins with nothing', { ...canary, steps: [0, 100] }, 'must grow'],
  ['a canary with a number', { ...canary, steps: 4 }, 'must be a list such as [1, 10, 50, 100]'],
  ['a rolling rollout with a list', { ...canary, strategy: 'rolling', steps: [100] }, 'a number such as 4'],
  ['blue-green with steps', { ...canary, strategy: 'blue-green', steps: [100] }, 'left out for blue-green'],
  ['too many steps', { ...canary, strategy: 'rolling', steps: rolloutStepsMax + 1 }, 'steps'],
  ['a wait of nothing', { ...canary, wait_seconds: 0 }, 'wait_seconds'],
  ['too long a wait', { ...canary, wait_seconds: stepWaitSeconds.max + 1 }, 'wait_seconds'],
  ['a guard of nothing', { ...canary, guard: {} }, 'needs error_rate or p95'],
  ['a rule of nothing', { ...canary, guard: { p95: {} } }, 'needs max_ms or relative'],
  ['a factor below one', { ...canary, guard: { p95: { relative: 0.5 } } }, 'guard.p95.relative'],
  ['too large a factor', { ...canary, guard: { error_rate: { relative: guardFactorMax + 1 } } }, 'relative'],
  ['no requests to judge by', { ...canary, guard: { p95: { max_ms: 9 }, min_requests: 0 } }, 'min_requests'],
  ['an unknown field', { ...canary, stages: [100] }, '"stages" is not a field'],
])('refuses %s', async (_, body, message) => {
  const { call, platform } = useApi();
  const refused = await call('POST', '/functions/cart/rollouts', body);
  expect(refused.status).toBe(400);
  expect((await errorOf(refused)).error.message).toContain(message);
  expect(platform.startRollout).not.toHaveBeenCalled();
});
