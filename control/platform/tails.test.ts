import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { OWNER } from '../model/access.ts';
import { tailsMax } from '../model/limits.ts';
import type { TailEvent } from '../model/tail.ts';
import type { LogListener } from '../telemetry/log-store.ts';
import type { LogEntry } from './platform.ts';
import { Tails, tailLinesMax, tailWaitingMax } from './tails.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const record = functionRecord({ name: 'cart' });
const by = { actor: OWNER, requestId: 'r', address: null };
const invocation = (requestId: string, changes: object = {}) => ({
  ...{ seq: 1, requestId, function: record.id, version: 'v1', at: Date.now(), method: 'GET', path: '/' },
  ...{ status: 200, durationMs: 1, coldStart: false, ...changes },
});
const line = (requestId: string, message: string, kind: LogEntry['kind'] = 'console'): LogEntry => ({
  ...{ id: '1', kind, time: new Date().toISOString(), level: 'log', message, requestId, version: 'v1' },
});

function useTails() {
  const listeners = new Set<LogListener>();
  let standing = true;
  let known = true;
  const publish = vi.fn(async () => undefined);
  const entry = { record, deployment: undefined, versions: [], aliases: new Map() };
  const tails = new Tails({
    catalog: { get: () => (known ? entry : undefined) },
    logs: {
      subscribe: (_, listener) => {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
    stands: () => standing,
    publish,
  });
  const connect = (id: string) => {
    const events: TailEvent[] = [];
    const end = vi.fn();
    const leave = tails.connect(id, { send: (event) => void events.push(event), end });
    return { events, end, leave };
  };
  const log = (...entries: LogEntry[]): void => {
    for (const one of entries) for (const listener of listeners) listener(one);
  };
  return {
    ...{ tails, publish, connect, log, listeners },
    revoke: () => {
      standing = false;
    },
    forget: () => {
      known = false;
    },
  };
}

test('lines that come before and after the record are told with it, once', async () => {
  const { tails, connect, log } = useTails();
  const { events } = connect((await tails.create(by, record.id, [])).id);
  log(line('a', 'before'), line('b', 'of another'));
  tails.observe([invocation('a')]);
  log(line('a', 'after'), line('a', 'TypeError: no', 'error'));
  vi.advanceTimersByTime(1000);
  expect(events.map(({ logs, exceptions }) => [logs.length, exceptions[0]?.name])).toEqual([
    [2, 'TypeError'],
  ]);
  vi.advanceTimersByTime(5000);
  expect(events).toHaveLength(1);
});

test('a function is watched from its first tail to its last, and by nobody else', async () => {
  const { tails, publish, listeners } = useTails();
  const first = await tails.create(by, record.id, []);
  const second = await tails.create(by, record.id, []);
  expect([tails.watches(record.id), tails.watches('other'), publish.mock.calls.length]).toEqual([
    true,
    false,
    1,
  ]);
  expect(tails.delete(record.id, first.id)).toBe(true);
  expect([tails.delete(record.id, first.id), tails.watches(record.id)]).toEqual([false, true]);
  tails.delete(record.id, second.id);
  expect([tails.watches(record.id), publish.mock.calls.length, listeners.size]).toEqual([false, 2, 0]);
});

test('what was asked before the fronts knew, and copies of requests, are not told', async () => {
  const { tails, connect } = useTails();
  const { events } = connect((await tails.create(by, record.id, [])).id);
  const early = { at: Date.now() - 1 };
  tails.observe([
    invocation('a', early),
    invocation('b', { shadow: true }),
    invocation('c', { repeated: true }),
  ]);
  vi.advanceTimersByTime(1000);
  expect(events).toEqual([]);
});

test('a schedule is told as one', async () => {
  const { tails, connect } = useTails();
  const { events } = connect((await tails.create(by, record.id, [])).id);
  tails.scheduled(record.id, 'a', { cron: '* * * * *', scheduledTime: 1 });
  tails.observe([invocation('a')]);
  vi.advanceTimersByTime(1000);
  expect(events.map(({ event }) => event)).toEqual([{ cron: '* * * * *', scheduledTime: 1 }]);
});

test('filters leave out what does not pass them', async () => {
  const { tails, connect } = useTails();
  const { events } = connect((await tails.create(by, record.id, [{ outcome: ['exception'] }])).id);
  tails.observe([invocation('a'), invocation('b', { error: 'FN_004', status: 500 })]);
  vi.advanceTimersByTime(1000);
  expect(events.map(({ outcome }) => outcome)).toEqual(['exception']);
});

test('it has one client, and ends without one after a minute, with its key, and with its function', async () => {
  const { tails, connect, revoke, forget } = useTails();
  const lonely = await tails.create(by, record.id, []);
  const { id } = await tails.create(by, record.id, []);
  const { end, leave } = connect(id);
  expect([leave === undefined, connect(id).leave, connect('nobody').leave]).toEqual([
    false,
    undefined,
    undefined,
  ]);
  vi.advanceTimersByTime(61_000);
  expect([tails.exists(lonely.id), tails.exists(id)]).toEqual([false, true]);
  revoke();
  vi.advanceTimersByTime(1000);
  expect([tails.exists(id), end.mock.calls[0]]).toEqual([false, ['the key was revoked or has expired']]);
  const other = useTails();
  const gone = await other.tails.create(by, record.id, []);
  other.forget();
  vi.advanceTimersByTime(1000);
  expect(other.tails.exists(gone.id)).toBe(false);
  forget();
});

test('a connected one ends after six hours', async () => {
  const { tails, connect } = useTails();
  const { id } = await tails.create(by, record.id, []);
  const { end } = connect(id);
  vi.advanceTimersByTime(6 * 3_600_000 - 2000);
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(4000);
  expect(end).toHaveBeenCalledWith('the tail has expired');
});

test('one tail too many is refused, and one line too many is said to be left out', async () => {
  const { tails, connect, log } = useTails();
  const [{ id }] = [await tails.create(by, record.id, [])];
  const { events } = connect(id);
  for (let made = 1; made < tailsMax; made += 1) await tails.create(by, record.id, []);
  await expect(tails.create(by, record.id, [])).rejects.toMatchObject({ code: 'FN_007' });
  log(...Array.from({ length: tailLinesMax }, (_, at) => line('full', String(at))));
  log(...Array.from({ length: tailLinesMax + 1 }, (_, at) => line('over', String(at))));
  tails.observe([invocation('full'), invocation('over')]);
  vi.advanceTimersByTime(1000);
  expect(events.map(({ logs, truncated }) => [logs.length, truncated])).toEqual([
    [tailLinesMax, false],
    [tailLinesMax, true],
  ]);
});

test('of one invocation too many that waits for its record, the oldest is given up', async () => {
  const { tails, connect, log } = useTails();
  const { events } = connect((await tails.create(by, record.id, [])).id);
  for (let at = 0; at <= tailWaitingMax; at += 1) log(line(`r${at}`, 'waits'));
  // The oldest comes back, and takes the place of the next.
  tails.observe([invocation('r2'), invocation('r0')]);
  vi.advanceTimersByTime(1000);
  expect(events.map(({ logs }) => logs.length)).toEqual([1, 0]);
});
