// The clock is the test's: what is asserted is what is asked and told, in which order.

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RegionRecord } from '../model/region.ts';
import type { RegionAnswer } from '../workerd/ask-region.ts';
import { RegionWatch, regionCheckMs } from './region-watch.ts';

beforeEach(() => void vi.useFakeTimers({ now: 1_800_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const region = (name: string, changes: Partial<RegionRecord> = {}): RegionRecord => ({
  ...{
    name,
    latitude: 0,
    longitude: 0,
    tags: [],
    endpoint: `https://${name}.example.com`,
    healthPath: '/up',
  },
  ...{ hopSecret: null, createdAt: '', updatedAt: '' },
  ...changes,
});

function useWatch() {
  const answers = new Map<string, RegionAnswer>();
  const asked: string[] = [];
  const onChange = vi.fn();
  const log = vi.fn();
  const watch = new RegionWatch({
    ask: async (url) => {
      asked.push(url);
      return answers.get(url);
    },
    ...{ onChange, log },
  });
  const url = 'https://west.example.com/up';
  return { watch, answers, asked, onChange, log, url };
}
const checks = (count: number): Promise<unknown> => vi.advanceTimersByTimeAsync(regionCheckMs * count);

test('a region is asked at its endpoint, this machine is not, and what changed is told', async () => {
  const { watch, answers, asked, onChange, log, url } = useWatch();
  answers.set(url, { latencyMs: 12 });
  watch.watch([region('west'), region('here', { endpoint: null })]);
  await checks(0);
  // The first question brings the connection, and counts for nothing.
  expect(asked).toEqual([url, url]);
  expect(onChange).toHaveBeenCalledOnce();
  expect(watch.healthOf('west')).toMatchObject({
    healthy: true,
    latencyMs: 12,
    since: '2027-01-15T08:00:00.000Z',
  });
  expect(watch.healthOf('here')).toMatchObject({ healthy: true, latencyMs: 0, checkedAt: null });
  await checks(5);
  expect(asked).toHaveLength(7);
  expect(onChange).toHaveBeenCalledOnce();
  expect(log).not.toHaveBeenCalled();
  watch.close();
});

test('one that does not answer is given up, told and logged, and taken again later', async () => {
  const { watch, answers, onChange, log, url } = useWatch();
  answers.set(url, { latencyMs: 12 });
  watch.watch([region('west')]);
  await checks(0);
  answers.set(url, { fault: 'nothing listens there' });
  await checks(2);
  expect(watch.healthOf('west').healthy).toBe(true);
  await checks(1);
  expect(watch.healthOf('west')).toMatchObject({ healthy: false, fault: 'nothing listens there' });
  expect(log).toHaveBeenLastCalledWith('a region is not there', {
    region: 'west',
    fault: 'nothing listens there',
  });
  answers.set(url, { latencyMs: 12 });
  await checks(2);
  expect(watch.healthOf('west')).toMatchObject({ healthy: true, fault: null });
  expect(onChange).toHaveBeenCalledTimes(3);
  watch.close();
});

test('while the outbound itself is away nothing is said of a region', async () => {
  const { watch, answers, onChange, url } = useWatch();
  answers.set(url, { latencyMs: 12 });
  watch.watch([region('west')]);
  await checks(0);
  answers.delete(url);
  await checks(10);
  expect(watch.healthOf('west')).toMatchObject({ healthy: true, latencyMs: 12 });
  expect(onChange).toHaveBeenCalledOnce();
  watch.close();
});

test('one that moved is unknown again, one that is gone is not asked any more, and closing ends all', async () => {
  const { watch, answers, asked, url } = useWatch();
  answers.set(url, { fault: 'x' });
  watch.watch([region('west')]);
  await checks(0);
  expect(watch.healthOf('west').healthy).toBe(false);
  watch.watch([region('west', { endpoint: 'https://other.example.com' })]);
  expect(watch.healthOf('west')).toMatchObject({ healthy: true, checkedAt: null });
  await checks(1);
  watch.watch([]);
  const before = asked.length;
  await checks(3);
  expect(asked).toHaveLength(before);
  expect(vi.getTimerCount()).toBe(0);
});
