import { expect, test } from 'vitest';
import { startRolloutSchema } from '../model/rollout.ts';
import { type RolloutOptions, readRolloutOptions } from './read-rollout-options.ts';

const read = (options: Partial<RolloutOptions>) =>
  readRolloutOptions({ strategy: 'canary', guard: true, ...options });

test('what is not given is left to the server', () => {
  expect(read({})).toEqual({ strategy: 'canary' });
});

test('steps are percentages of a canary, and a number of a rolling rollout', () => {
  expect(read({ steps: '1, 10,100' }).steps).toEqual([1, 10, 100]);
  expect(read({ steps: '100' }).steps).toEqual([100]);
  expect(read({ strategy: 'rolling', steps: '5' }).steps).toBe(5);
});

test('a wait is a number of seconds, or the command', () => {
  expect(read({ wait: '60' }).wait_seconds).toBe(60);
  expect(read({ wait: 'command' }).wait_seconds).toBeNull();
});

test('limits become the guard, and no guard is none', () => {
  expect(
    read({ maxErrors: '1.5', errorsTimes: '2', maxP95: '200', p95Times: '1.2', minRequests: '50' }).guard,
  ).toEqual({
    error_rate: { max: 1.5, relative: 2 },
    p95: { max_ms: 200, relative: 1.2 },
    min_requests: 50,
  });
  expect(read({ guard: false }).guard).toBeNull();
});

test('all that is read is what the server takes', () => {
  const given = read({ steps: '5,100', wait: '60', maxErrors: '1', message: 'careful' });
  expect(startRolloutSchema.safeParse({ version: 'abababab', ...given }).success).toBe(true);
});

test('contradictions and what is no number are refused', () => {
  expect(() => read({ guard: false, maxErrors: '1' })).toThrow(/leave the limits out/);
  expect(() => read({ minRequests: '5' })).toThrow(/give a limit too/);
  expect(() => read({ wait: 'soon' })).toThrow('--wait is "soon", which is no number.');
  expect(() => read({ steps: '1,,100' })).toThrow('--steps is "", which is no number.');
});
