import { expect, test } from 'vitest';
import type { FunctionEntry } from '../contract/routing-table.ts';
import { histogramBucket, histogramBuckets } from './counters.ts';
import { Flight } from './flight.ts';
import { instanceAvoidedMs } from './instance.ts';
import { invocationsKeptMax } from './invocation-ring.ts';
import { statusQuietMs, Traffic } from './traffic.ts';
import { scaleAskedEveryMs, type VersionState } from './version-state.ts';

const NOW = 1_000_000;

function anEntry(changes: Partial<FunctionEntry> = {}): FunctionEntry {
  return {
    ...{ id: 'fn', project: 'default', name: 'f', public: true, disabled: false, previews: [] },
    ...{ sticky: { by: 'random' }, aliases: {}, shadow: null },
    ...{
      deployment: [{ version: 'v1', shareBp: 10_000 }],
      slots: { v1: [0, 1] },
      timeoutMs: 1000,
      streamTimeoutMs: 900_000,
      rateLimit: null,
    },
    ...{ concurrency: 2, targetConcurrency: 1, maxInstances: 3, queueLength: 10, queueTimeoutMs: 100 },
    requestBytesMax: 1,
    ...changes,
  };
}

function aVersion(changes: Partial<FunctionEntry> = {}): { traffic: Traffic; version: VersionState } {
  const traffic = new Traffic();
  const version = traffic.of(anEntry(changes), 1).version('v1');
  return { traffic, version };
}

function aFlight(version: VersionState, boards = true): Flight {
  const flight = new Flight(version, 'r', 'GET', 'http://f.localhost/a?b', NOW);
  const instance = boards ? version.pick(NOW) : undefined;
  if (instance) flight.board(instance);
  return flight;
}

const slotsOf = ({ instances }: VersionState): number[] => instances.map(({ slot }) => slot);

test.each([
  [0, 0],
  [0.9, 0],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 3],
  [32_767, 15],
  [32_768, 16],
  [10_000_000, 16],
])('%s ms are counted in bucket %s', (ms, bucket) => {
  expect(histogramBucket(ms)).toBe(bucket);
  expect(bucket).toBeLessThan(histogramBuckets);
});

test('flights spread over the instances up to their concurrency, and none has one more', () => {
  const { version } = aVersion();
  const slots = [1, 2, 3, 4].map(() => aFlight(version).instance?.slot);
  expect(slots).toEqual([0, 1, 0, 1]);
  expect(version.pick(NOW)).toBeUndefined();
});

test.each([
  ['ended', (flight: Flight) => flight.end()],
  ['abandoned', (flight: Flight) => flight.abandon(NOW)],
  [
    'answered, ended and abandoned',
    (flight: Flight) => {
      flight.head(200, undefined, NOW);
      flight.end();
      flight.abandon(NOW);
    },
  ],
])('a flight that is %s lowers each counter once', (_, act) => {
  const { traffic, version } = aVersion();
  act(aFlight(version));
  const queued = aFlight(version, false);
  queued.enqueue();
  act(queued);
  expect(version.counters).toMatchObject({ inFlight: 0, queued: 0 });
  expect(version.function.queued).toBe(0);
  expect(traffic.status(1, 0, NOW)).toMatchObject({ awaiting: {}, inFlight: {} });
});

test('a flight is awaited until its head and in flight until its end', () => {
  const { traffic, version } = aVersion();
  const flight = aFlight(version);
  expect(traffic.status(1, 0, NOW)).toMatchObject({ awaiting: { 0: 1 }, inFlight: { 0: 1 } });
  flight.head(200, undefined, NOW + 5);
  expect(traffic.status(1, 0, NOW)).toMatchObject({ awaiting: {}, inFlight: { 0: 1 } });
  flight.end();
  expect(traffic.status(1, 0, NOW)).toMatchObject({ inFlight: {} });
});

test('a place that becomes free goes to whoever has waited longest, and never to one who left', () => {
  const { version } = aVersion({ concurrency: 1, slots: { v1: [0] } });
  const first = aFlight(version);
  const waiting = [1, 2, 3].map(() => {
    const flight = aFlight(version, false);
    flight.enqueue();
    version.waiting.add(flight);
    return flight;
  });
  waiting[0]?.abandon(NOW);
  first.end();
  expect(waiting.map(({ instance }) => instance?.slot)).toEqual([undefined, 0, undefined]);
});

test('an instance that could not be reached is avoided for a while, and its flight is taken back', () => {
  const { version } = aVersion();
  const flight = aFlight(version);
  flight.unboard(NOW);
  expect([version.counters.inFlight, flight.instance]).toEqual([0, undefined]);
  expect(version.pick(NOW)?.slot).toBe(1);
  expect(version.pick(NOW + instanceAvoidedMs)?.slot).toBe(0);
});

test('a slot that control named stays through a table made before it and goes with a later one', () => {
  const { traffic, version } = aVersion({ slots: {} });
  version.addSlots([5], 7);
  traffic.update(anEntry({ slots: {} }), 7);
  expect(slotsOf(version)).toEqual([5]);
  traffic.update(anEntry({ slots: { v1: [5, 6] } }), 8);
  expect(slotsOf(version)).toEqual([5, 6]);
  traffic.update(anEntry({ slots: {} }), 9);
  expect(slotsOf(version)).toEqual([]);
});

test('an instance out of the table is told of until its last request has ended', () => {
  const { traffic, version } = aVersion({ slots: { v1: [3] } });
  const flight = aFlight(version);
  traffic.update(anEntry({ slots: {} }), 2);
  expect(traffic.status(2, 0, NOW).awaiting).toEqual({ 3: 1 });
  flight.end();
  expect(traffic.status(2, 0, NOW).awaiting).toEqual({});
});

test('one more instance is asked for above the target, now and then, and up to the maximum', () => {
  const { traffic, version } = aVersion();
  aFlight(version);
  aFlight(version);
  expect(version.wantsMore(NOW)).toBe(false);
  aFlight(version);
  expect([version.wantsMore(NOW), version.wantsMore(NOW)]).toEqual([true, false]);
  expect(version.wantsMore(NOW + scaleAskedEveryMs)).toBe(true);
  traffic.update(anEntry({ maxInstances: 2 }), 2);
  expect(version.wantsMore(NOW + 2 * scaleAskedEveryMs)).toBe(false);
});

test('the status leaves out what has been quiet, and forgets what is gone', () => {
  const { traffic, version } = aVersion();
  const flight = aFlight(version);
  flight.head(200, undefined, NOW);
  flight.end();
  expect(traffic.status(1, 0, NOW + statusQuietMs).versions).toHaveLength(1);
  expect(traffic.status(1, 0, NOW + statusQuietMs + 1).versions).toHaveLength(0);
  traffic.remove('fn', 2);
  expect(traffic.function('fn')).toBeDefined();
  traffic.status(2, 0, NOW + statusQuietMs + 1);
  expect(traffic.function('fn')).toBeUndefined();
});

test('one record past the ring loses the oldest and counts it', () => {
  const { traffic, version } = aVersion();
  const fly = (): void => {
    const flight = aFlight(version);
    flight.head(200, undefined, NOW);
    flight.end();
  };
  for (let i = 0; i < invocationsKeptMax; i += 1) fly();
  expect(traffic.status(1, 0, NOW)).toMatchObject({ seq: invocationsKeptMax, recordsDropped: 0 });
  for (let i = 0; i <= invocationsKeptMax; i += 1) fly();
  const { records, recordsDropped, seq } = traffic.status(1, invocationsKeptMax, NOW);
  expect([records.length, recordsDropped, seq]).toEqual([invocationsKeptMax, 1, 2 * invocationsKeptMax + 1]);
  expect(records[0]).toMatchObject({ seq: invocationsKeptMax + 2, path: '/a', method: 'GET' });
});

test('a body that breaks off is told of in the record, or in a second one when control has the first', () => {
  const { traffic, version } = aVersion();
  const answered = (): Flight => {
    const flight = aFlight(version);
    flight.head(200, undefined, NOW);
    return flight;
  };
  const [soon, late] = [answered(), answered()];
  soon.breakOff('FN_002', 'too slow', NOW + 1);
  const first = traffic.status(1, 0, NOW).records;
  expect(first).toMatchObject([{ status: 200, error: 'FN_002', brokenOff: 'too slow' }, { status: 200 }]);
  expect([first[0]?.repeated, first[1]?.brokenOff]).toEqual([undefined, undefined]);
  late.breakOff('FN_003', 'too large', NOW + 2);
  const { records, seq, versions } = traffic.status(1, 2, NOW);
  expect([records.length, seq]).toEqual([1, 3]);
  expect(records[0]).toMatchObject({ seq: 3, error: 'FN_003', brokenOff: 'too large', repeated: true });
  expect(versions).toMatchObject([{ requests: 2, inFlight: 0, refused: { FN_002: 1, FN_003: 1 } }]);
});
