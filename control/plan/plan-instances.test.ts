import { expect, test } from 'vitest';
import { planInstances, type VersionSituation } from './plan-instances.ts';

const now = 1_000_000;
const base: VersionSituation = {
  functionId: 'fn_a',
  version: 'v1',
  live: true,
  warmUntil: 0,
  instances: [],
  starting: 0,
  lastRequestAt: 0,
  peakInFlight: 0,
  minInstances: 0,
  maxInstances: 3,
  targetConcurrency: 10,
  idleMs: 60_000,
};
const instances = (count: number, readyAt = 0) =>
  Array.from({ length: count }, (_, index) => ({ id: `i${index}`, readyAt: readyAt + index, heldAt: 0 }));
const plan = (situation: Partial<VersionSituation>) => planInstances([{ ...base, ...situation }], now);

test('starts what minInstances lacks, counting starts under way', () => {
  expect(plan({ minInstances: 3, instances: instances(1), starting: 1, lastRequestAt: now }).start).toEqual([
    { functionId: 'fn_a', version: 'v1', count: 1 },
  ]);
});

test('never starts more than maxInstances', () => {
  expect(plan({ minInstances: 9 }).start).toEqual([{ functionId: 'fn_a', version: 'v1', count: 3 }]);
});

test('stops the last instance once the idle window has passed', () => {
  expect(plan({ instances: instances(1), lastRequestAt: now - 59_999 }).stop).toEqual([]);
  expect(plan({ instances: instances(1), lastRequestAt: now - 60_000 }).stop).toEqual(['i0']);
});

test('an instance that was just started is given the window too', () => {
  expect(plan({ instances: instances(1, now - 10) }).stop).toEqual([]);
});

test('keeps as many as the busiest moment needed and stops the youngest beyond', () => {
  expect(plan({ instances: instances(3), lastRequestAt: now, peakInFlight: 11 }).stop).toEqual(['i2']);
});

test('an instance that held a WebSocket within the idle window stays, and another goes in its place', () => {
  const [first, second] = [instances(1)[0], { id: 'held', readyAt: 1, heldAt: now - 59_999 }];
  const both = first ? [first, second] : [];
  expect(plan({ instances: both }).stop).toEqual(['i0']);
  expect(plan({ instances: both, lastRequestAt: now }).stop).toEqual(['i0']);
  expect(plan({ instances: [{ ...second, heldAt: now - 60_000 }] }).stop).toEqual(['held']);
});

test('keeps minInstances of a live version for ever and of a retired one not', () => {
  expect(plan({ minInstances: 1, instances: instances(1) }).stop).toEqual([]);
  expect(plan({ minInstances: 1, instances: instances(1), live: false }).stop).toEqual(['i0']);
});

test('keeps one instance of a version that is to be kept warm, starts none of it, and stops it when its time is over', () => {
  const replaced = { live: false, minInstances: 3, instances: instances(2) };
  expect(plan({ ...replaced, warmUntil: now + 1 })).toEqual({ start: [], stop: ['i1'] });
  expect(plan({ ...replaced, warmUntil: now }).stop).toEqual(['i0', 'i1']);
  expect(plan({ live: false, warmUntil: now + 1 }).start).toEqual([]);
});

test('planning again from where a plan leads changes nothing', () => {
  const after = plan({ minInstances: 2, instances: instances(2), lastRequestAt: now - 1e6 });
  expect(after).toEqual({ start: [], stop: [] });
});
