import { expect, test } from 'vitest';
import type { InvocationRecord } from '../../edge/contract/front-api.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import { InvocationLogs } from './invocation-logs.ts';
import { LogRecorder, pendingEntriesMax } from './log-recorder.ts';
import type { NewLogEntry } from './log-store.ts';

const record: InvocationRecord = {
  ...{ seq: 1, requestId: 'r', function: 'fn_1', version: 'v1', at: 0, method: 'GET', path: '/' },
  ...{ status: 200, durationMs: 1, coldStart: false },
};

test('a full disk costs log lines and harms nobody who brings them, one beyond what may wait included', async () => {
  const errors: unknown[] = [];
  const full = (): never => {
    throw new Error('disk full');
  };
  const recorder = new LogRecorder({
    ...{
      insert: full,
      addDropped: full,
      locate: () => undefined,
      redact: async () => (text) => text,
      mapStack: async () => '',
    },
    ...{ invocations: new InvocationLogs(), onForeign: () => undefined },
    ...{ tellsOwners: () => false, onOwned: () => undefined },
    onError: (error) => errors.push(error),
  });
  recorder.invocations(Array.from({ length: pendingEntriesMax + 1 }, () => record));
  expect(errors).toHaveLength(1);
  await recorder.flush();
  expect(errors).toHaveLength(2);
});

test('whose a line is, is believed of the outbound and of no function', async () => {
  const told: NewLogEntry[] = [];
  const dropped: [string, number][] = [];
  let owned = 0;
  const recorder = new LogRecorder({
    insert: (entries) => void told.push(...entries),
    addDropped: (id, count) => void dropped.push([id, count]),
    locate: (id) =>
      id === 'instance-1' ? { functionId: 'fn_own' as FunctionId, version: 'v' as VersionId } : undefined,
    tellsOwners: (id) => id === 'outbound-1',
    onOwned: (count) => {
      owned += count;
    },
    redact: async () => (text) => text,
    mapStack: async () => '',
    ...{ invocations: new InvocationLogs(), onForeign: () => undefined },
    onError: (error) => {
      throw error;
    },
  });
  const owner = { functionId: 'fn_other', version: 'v2' };
  const line = { kind: 'console', time: 0, level: 'warn', message: 'm', requestId: null, owner } as const;
  const loss = { ...line, kind: 'dropped', count: 7 } as const;
  recorder.lines('outbound-1', [line, loss]);
  recorder.lines('instance-1', [line, loss]);
  recorder.lines('front-1', [line, loss]);
  await recorder.flush();
  expect(told.map(({ functionId, version }) => [functionId, version]).toSorted()).toEqual([
    ['fn_other', 'v2'],
    ['fn_own', 'v'],
  ]);
  expect(dropped.toSorted()).toEqual([
    ['fn_other', 7],
    ['fn_own', 7],
  ]);
  expect(owned).toBe(8);
});

test('a body that was broken off has its reason in the log, beside one entry of its invocation', async () => {
  const written: NewLogEntry[] = [];
  const recorder = new LogRecorder({
    ...{ insert: (entries) => written.push(...entries), addDropped: () => undefined },
    ...{
      locate: () => undefined,
      redact: async () => (text) => text,
      mapStack: async () => '',
      onForeign: () => undefined,
    },
    tellsOwners: () => false,
    onOwned: () => undefined,
    ...{ invocations: new InvocationLogs(), onError: () => undefined },
  });
  const broken: InvocationRecord = { ...record, error: 'FN_002', brokenOff: 'It took too long.' };
  recorder.invocations([broken]);
  recorder.invocations([{ ...broken, repeated: true }]);
  await recorder.flush();
  const error = { kind: 'error', level: 'error', message: 'FN_002: It took too long.', requestId: 'r' };
  expect(written).toMatchObject([error, { kind: 'invocation', invocation: { error: 'FN_002' } }, error]);
});
