import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import type { FunctionId } from '../model/ids.ts';
import type { LogEntry, LogQuery } from '../platform/platform.ts';
import { matches, readFilter } from './log-filter.ts';
import {
  type LogRetention,
  type LogStore,
  logEntriesPerFunctionMax,
  logRetentionDays,
  type NewLogEntry,
  openLogStore,
  openOrRenewLogStore,
} from './log-store.ts';

const hello = 'fn_hello' as FunctionId;
const other = 'fn_other' as FunctionId;
const start = Date.parse('2026-11-21T00:00:00.000Z');
const timeAt = (ms: number): string => new Date(start + ms).toISOString();

interface Opened {
  readonly telemetryDb: string;
  readonly logs: LogStore;
}

function useLogs(retention?: LogRetention, telemetryDb = join(useTmpDir(), 'telemetry.db')): Opened {
  const logs = openLogStore({ telemetryDb }, retention);
  onTestFinished(() => logs.close());
  return { telemetryDb, logs };
}

const line = (message: string, changes: Partial<NewLogEntry> = {}): NewLogEntry => ({
  functionId: hello,
  kind: 'console',
  time: timeAt(0),
  level: 'log',
  message,
  requestId: null,
  version: null,
  ...changes,
});

const messages = (entries: readonly LogEntry[]): string[] => entries.map(({ message }) => message);
const found = (logs: LogStore, query: Partial<LogQuery> = {}): string[] =>
  messages(logs.query(hello, { limit: 100, ...query }).items);

test('gives back entries of every kind as they were inserted', () => {
  const { logs } = useLogs();
  const entries: NewLogEntry[] = [
    line('plain'),
    line('boom', { kind: 'error', level: 'error', stack: 'at handler', requestId: 'r1', version: 'v1' }),
    line('GET /', {
      kind: 'invocation',
      level: 'info',
      requestId: 'r1',
      version: 'v1',
      invocation: {
        method: 'GET',
        path: '/',
        status: 500,
        durationMs: 1.5,
        coldStart: true,
        error: 'FN_004',
      },
    }),
  ];
  logs.insert(entries);
  const { items, cursor, dropped } = logs.query(hello, { limit: 10 });
  expect(items.toReversed().map(({ id: _, ...entry }) => ({ ...entry, functionId: hello }))).toEqual(entries);
  expect(new Set(items.map(({ id }) => id)).size).toBe(3);
  expect({ cursor, dropped }).toEqual({ cursor: null, dropped: 0 });
});

test('keeps the entries of functions apart', () => {
  const { logs } = useLogs();
  logs.insert([line('mine'), line('theirs', { functionId: other })]);
  expect(found(logs)).toEqual(['mine']);
  expect(logs.query('fn_none' as FunctionId, { limit: 1 })).toEqual({ items: [], cursor: null, dropped: 0 });
});

test('shows the newest first by their own time, and in order within a millisecond', () => {
  const { logs } = useLogs();
  logs.insert([line('late', { time: timeAt(5) }), line('first'), line('second')]);
  logs.insert([line('third')]);
  expect(found(logs)).toEqual(['late', 'third', 'second', 'first']);
});

test('pages through all entries, each once, while new ones come in', () => {
  const { logs } = useLogs();
  logs.insert(Array.from({ length: 5 }, (_, index) => line(`${index}`, { time: timeAt(index >> 1) })));
  const first = logs.query(hello, { limit: 2 });
  logs.insert([line('new', { time: timeAt(100) })]);
  const second = logs.query(hello, { limit: 2, cursor: first.cursor ?? undefined });
  const third = logs.query(hello, { limit: 2, cursor: second.cursor ?? undefined });
  expect([first, second, third].map(({ items }) => messages(items))).toEqual([['4', '3'], ['2', '1'], ['0']]);
  expect(third.cursor).toBeNull();
});

const mixed: readonly NewLogEntry[] = [
  line('debug line', { level: 'debug', time: timeAt(0) }),
  line('log line', { level: 'log', time: timeAt(1), requestId: 'r1' }),
  line('info Line', { level: 'info', time: timeAt(2), requestId: 'r2' }),
  line('warn 100%', { level: 'warn', time: timeAt(3), requestId: 'r1' }),
  line('error Ä_', { level: 'error', time: timeAt(4) }),
];

// Each query is asked of the database and of the predicate that follows new entries: they must agree.
test.each<[string, Partial<LogQuery>, readonly string[]]>([
  ['nothing', {}, ['error Ä_', 'warn 100%', 'info Line', 'log line', 'debug line']],
  ['the level debug', { level: 'debug' }, ['error Ä_', 'warn 100%', 'info Line', 'log line', 'debug line']],
  ['the level log', { level: 'log' }, ['error Ä_', 'warn 100%', 'info Line', 'log line']],
  ['the level info', { level: 'info' }, ['error Ä_', 'warn 100%', 'info Line', 'log line']],
  ['the level warn', { level: 'warn' }, ['error Ä_', 'warn 100%']],
  ['the level error', { level: 'error' }, ['error Ä_']],
  ['since, inclusive', { since: timeAt(3) }, ['error Ä_', 'warn 100%']],
  ['until, exclusive', { until: timeAt(1) }, ['debug line']],
  ['both', { since: timeAt(1), until: timeAt(3) }, ['info Line', 'log line']],
  ['text in another case', { search: 'LINE' }, ['info Line', 'log line', 'debug line']],
  ['a wildcard of SQL', { search: '%' }, ['warn 100%']],
  ['another wildcard of SQL', { search: '_' }, ['error Ä_']],
  ['a letter beyond ASCII', { search: 'Ä' }, ['error Ä_']],
  ['the same letter in another case', { search: 'ä' }, []],
  ['a request', { requestId: 'r1' }, ['warn 100%', 'log line']],
  ['all at once', { requestId: 'r1', level: 'warn', search: 'warn', since: timeAt(1) }, ['warn 100%']],
])('a query for %s finds what it should, stored or followed', (_name, query, expected) => {
  const { logs } = useLogs();
  const followed: LogEntry[] = [];
  logs.subscribe(hello, (entry) => followed.push(entry));
  logs.insert(mixed);
  expect(found(logs, query)).toEqual(expected);
  const filter = readFilter(query);
  expect(messages(followed.filter((entry) => matches(entry, filter)).toReversed())).toEqual(expected);
});

test.each(['since', 'until'])('refuses a %s that is no time, naming it', (name) => {
  const { logs } = useLogs();
  expect(() => logs.query(hello, { limit: 1, [name]: 'yesterday' })).toThrow(
    `${name} is "yesterday": must be an ISO 8601 time`,
  );
});

test('finds entries of one kind, and leaves out the first of them for who counts', () => {
  const { logs } = useLogs();
  logs.insert(
    [1, 2, 3].flatMap((ms) => [
      line(`console ${ms}`, { time: timeAt(ms) }),
      line(`call ${ms}`, { time: timeAt(ms), kind: 'invocation' }),
    ]),
  );
  expect(found(logs, { kind: 'invocation' })).toEqual(['call 3', 'call 2', 'call 1']);
  expect(found(logs, { kind: 'invocation', limit: 1, offset: 1 })).toEqual(['call 2']);
  expect(found(logs, { kind: 'invocation', offset: 3 })).toEqual([]);
  const [newest] = logs.query(hello, { limit: 1, kind: 'console' }).items;
  expect(matches(newest as LogEntry, readFilter({ kind: 'console' }))).toBe(true);
  expect(matches(newest as LogEntry, readFilter({ kind: 'invocation' }))).toBe(false);
});

test('refuses a cursor that no page gave', () => {
  const { logs } = useLogs();
  expect(() => logs.query(hello, { limit: 1, cursor: 'nonsense' })).toThrow('cursor is "nonsense"');
});

test('a listener hears the entries of its function, with the ids that queries give, until it leaves', () => {
  const { logs } = useLogs();
  const heard: LogEntry[] = [];
  const unsubscribe = logs.subscribe(hello, (entry) => heard.push(entry));
  logs.insert([line('one'), line('theirs', { functionId: other }), line('two')]);
  unsubscribe();
  unsubscribe();
  logs.insert([line('three')]);
  expect(messages(heard)).toEqual(['one', 'two']);
  expect(heard.map(({ id }) => id)).toEqual(
    logs
      .query(hello, { limit: 10 })
      .items.toReversed()
      .slice(0, 2)
      .map(({ id }) => id),
  );
});

test('one of two listeners may leave', () => {
  const { logs } = useLogs();
  const heard: string[] = [];
  const leave = logs.subscribe(hello, () => heard.push('leaves'));
  logs.subscribe(hello, () => heard.push('stays'));
  leave();
  logs.insert([line('one')]);
  expect(heard).toEqual(['stays']);
});

test('counts dropped lines for good', () => {
  const { telemetryDb, logs } = useLogs();
  logs.addDropped(hello, 2);
  logs.addDropped(hello, 3);
  expect(logs.dropped(hello)).toBe(5);
  logs.close();
  const reopened = openLogStore({ telemetryDb });
  expect(reopened.query(hello, { limit: 1 }).dropped).toBe(5);
  reopened.close();
});

test('a batch that cannot be stored is told and counted as dropped, also after reopening', () => {
  const { telemetryDb, logs } = useLogs();
  const blocker = new DatabaseSync(telemetryDb);
  blocker.exec('BEGIN IMMEDIATE');
  expect(() => logs.insert([line('one'), line('two'), line('theirs', { functionId: other })])).toThrow(
    expect.objectContaining({ code: 'SYS_002', message: expect.stringContaining(telemetryDb) }),
  );
  blocker.exec('ROLLBACK');
  blocker.close();
  expect(found(logs)).toEqual([]);
  expect(logs.dropped(hello)).toBe(2);
  logs.insert([line('three')]);
  logs.close();
  const { logs: reopened } = useLogs(undefined, telemetryDb);
  expect(found(reopened)).toEqual(['three']);
  expect([reopened.dropped(hello), reopened.dropped(other)]).toEqual([2, 1]);
});

test('keeps no more than its entries of a function, the newest', async () => {
  const { logs } = useLogs({ days: logRetentionDays, entriesPerFunctionMax: 3 });
  logs.insert(Array.from({ length: 5 }, (_, index) => line(`${index}`)));
  logs.insert([line('theirs', { functionId: other })]);
  expect(await logs.trim(new Date(start))).toBe(2);
  expect(found(logs)).toEqual(['4', '3', '2']);
  expect(logs.query(other, { limit: 9 }).items).toHaveLength(1);
});

test('a function that writes without pause is held to its entries without a trim', () => {
  const { logs } = useLogs();
  const batch = Array.from({ length: 1000 }, (_, index) => line(`${index}`));
  for (let round = 0; round < 12; round += 1) logs.insert(batch);
  let kept = 0;
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const page = logs.query(hello, { limit: 1000, cursor: cursor ?? undefined });
    kept += page.items.length;
    cursor = page.cursor;
  }
  expect(kept).toBe(logEntriesPerFunctionMax);
});

test('removes entries that are past their days, and keeps those that are just in them', async () => {
  const { logs } = useLogs();
  logs.insert([line('old', { time: timeAt(-1) }), line('young')]);
  expect(await logs.trim(new Date(start + logRetentionDays * 86_400_000))).toBe(1);
  expect(found(logs)).toEqual(['young']);
});

test('removes many old entries in several steps', async () => {
  const { logs } = useLogs();
  logs.insert(Array.from({ length: 4001 }, (_, index) => line(`${index}`)));
  expect(await logs.trim(new Date(start + (logRetentionDays + 1) * 86_400_000))).toBe(4001);
  expect(found(logs)).toEqual([]);
  expect(await logs.trim(new Date(start + (logRetentionDays + 1) * 86_400_000))).toBe(0);
});

test('an id is not given again after its entry was removed', async () => {
  const { logs } = useLogs();
  logs.insert([line('old')]);
  const before = Number(logs.query(hello, { limit: 1 }).items[0]?.id);
  await logs.trim(new Date(start + (logRetentionDays + 1) * 86_400_000));
  logs.insert([line('new')]);
  expect(Number(logs.query(hello, { limit: 1 }).items[0]?.id)).toBeGreaterThan(before);
});

test('forgets a function that was removed, and it alone', () => {
  const { logs } = useLogs();
  logs.insert([line('mine'), line('theirs', { functionId: other })]);
  logs.addDropped(hello, 1);
  logs.removeFunction(hello);
  expect(logs.query(hello, { limit: 1 })).toEqual({ items: [], cursor: null, dropped: 0 });
  expect(logs.functionIds()).toEqual([other]);
  expect(logs.query(other, { limit: 9 }).items).toHaveLength(1);
});

test('the file can be read by its owner only', () => {
  const { telemetryDb } = useLogs();
  expect(statSync(telemetryDb).mode & 0o777).toBe(0o600);
});

test('refuses a file of a newer Selvedge', () => {
  const telemetryDb = join(useTmpDir(), 'telemetry.db');
  openLogStore({ telemetryDb }).close();
  const outside = new DatabaseSync(telemetryDb);
  outside.exec('PRAGMA user_version = 2');
  outside.close();
  expect(() => openLogStore({ telemetryDb })).toThrow(
    `${telemetryDb} was written by a newer version of Selvedge (its format is 2, this version knows up to 1)`,
  );
});

test('puts a damaged file aside and begins a new one; any other fault is refused', () => {
  const telemetryDb = join(useTmpDir(), 'telemetry.db');
  const damaged = 'not a database, but long enough to have a header of one '.repeat(4);
  writeFileSync(telemetryDb, damaged);
  const told: string[] = [];
  const logs = openOrRenewLogStore({ telemetryDb }, (message) => told.push(message));
  logs.insert([line('after')]);
  expect(logs.query(hello, { limit: 1 }).items).toMatchObject([{ message: 'after' }]);
  logs.close();
  expect(told).toEqual([
    `${telemetryDb} was damaged and is kept as ${telemetryDb}.damaged: the logs in it are not shown any more.`,
  ]);
  expect(readFileSync(`${telemetryDb}.damaged`, 'utf8')).toBe(damaged);
  const newer = new DatabaseSync(telemetryDb);
  newer.exec('PRAGMA user_version = 2');
  newer.close();
  expect(() => openOrRenewLogStore({ telemetryDb }, (message) => told.push(message))).toThrow(
    'was written by a newer version of Selvedge',
  );
  expect(told).toHaveLength(1);
});

test('an execution comes with the lines of its request, the oldest first, and with no others', () => {
  const { logs } = useLogs();
  const call = (requestId: string, ms: number) =>
    line(`call ${requestId}`, {
      ...{ time: timeAt(ms), kind: 'invocation', requestId },
      invocation: { method: 'GET', path: '/', status: 200, durationMs: 1, coldStart: false },
    });
  logs.insert([
    line('before', { time: timeAt(1) }),
    line('a1', { time: timeAt(2), requestId: 'a' }),
    line('b1', { time: timeAt(3), requestId: 'b' }),
    line('a2', { time: timeAt(4), requestId: 'a', kind: 'error' }),
    call('a', 5),
    call('b', 6),
    call('c', 7),
  ]);
  const shown = (limit: number, cursor?: string) => {
    const page = logs.executions(hello, { limit, cursor });
    const texts = page.items.map(({ invocation, lines }) => [
      invocation.message,
      ...lines.map((one) => one.message),
    ]);
    return { texts, cursor: page.cursor };
  };
  const first = shown(2);
  expect(first.texts).toEqual([['call c'], ['call b', 'b1']]);
  expect(shown(2, first.cursor ?? '').texts).toEqual([['call a', 'a1', 'a2']]);
});

test("a shadow that logged under the same request is no execution, and its lines are not the visitor's", () => {
  const { logs } = useLogs();
  const call = (version: string, shadow: boolean) =>
    line(version, {
      ...{ time: timeAt(3), kind: 'invocation', requestId: 'r', version },
      invocation: {
        ...{ method: 'GET', path: '/', status: 200, durationMs: 1, coldStart: false },
        ...(shadow && { shadow }),
      },
    });
  logs.insert([
    line('live', { time: timeAt(1), requestId: 'r', version: 'v1' }),
    line('copy', { time: timeAt(2), requestId: 'r', version: 'v2' }),
    call('v1', false),
    call('v2', true),
  ]);
  const { items } = logs.executions(hello, { limit: 10, cursor: undefined });
  expect(items.map(({ invocation, lines }) => [invocation.message, messages(lines)])).toEqual([
    ['v1', ['live']],
  ]);
  expect(found(logs, { kind: 'invocation' })).toEqual(['v2', 'v1']);
});
