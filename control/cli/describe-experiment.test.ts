import { expect, test } from 'vitest';
import type { ExperimentResult } from '../client/client.ts';
import { describeExperiment } from './describe-experiment.ts';

const result: ExperimentResult = {
  ...{ name: 'buttons', project: 'shop', environment: 'prod', places: [null] },
  ...{ function: { id: 'fn_1', name: 'cart' }, status: 'running', winner: null },
  since: '2026-11-21T12:00:00.000Z',
  definition: { name: 'buttons', status: 'running', by: 'visitor', variants: [] },
  variants: [
    {
      ...{ name: 'blue', weight: 1, visitors: 1000, conversions: 100, conversion_rate: 0.1 },
      ...{ conversion_rate_interval: { low: 0.0829, high: 0.1202 }, difference: null },
      ...{ requests: 2400, errors: 1 },
      latency_ms: { mean: 8.14, interval: { low: 7.9, high: 8.3 }, p95: 14.2 },
    },
    {
      ...{ name: 'green', weight: 1, visitors: 1000, conversions: 140, conversion_rate: 0.14 },
      conversion_rate_interval: { low: 0.1199, high: 0.1629 },
      difference: { absolute: -0.04, interval: { low: -0.0687, high: 0.0114 }, p: 0.00001 },
      ...{ requests: 0, errors: 0, latency_ms: null },
    },
  ],
};

test('each variant has a line, and what is not known is a dash', () => {
  expect(describeExperiment(result).split('\n')).toEqual([
    'buttons: running, counted since 2026-11-21T12:00:00.000Z',
    '',
    'VARIANT  VISITORS  CONVERTED  RATE                          BESIDE THE FIRST              P        REQUESTS  ERRORS  LATENCY',
    'blue     1000      100        10.00 % (8.29 % to 12.02 %)   -                             -        2400      1       8.1 ± 0.2 ms',
    'green    1000      140        14.00 % (11.99 % to 16.29 %)  -4.00 % (-6.87 % to +1.14 %)  <0.0001  0         0       -',
  ]);
});

test('one that ended says who won, and one that nobody saw says so', () => {
  const over = { ...result, status: 'ended', winner: 'green', since: null } as const;
  expect(describeExperiment(over)).toMatch(/^buttons: ended, green won, nobody has seen it yet\n/);
});
