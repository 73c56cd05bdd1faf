import { expect, test } from 'vitest';
import type { InvocationRecord } from '../../edge/contract/front-api.ts';
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
    ...{ insert: full, addDropped: full, locate: () => undefined, mapStack: async () => '' },
    ...{ invocations: new InvocationLogs(), onForeign: () => undefined },
    onError: (error) => errors.push(error),
  });
  recorder.invocations(Array.from({ length: pendingEntriesMax + 1 }, () => record));
  expect(errors).toHaveLength(1);
  await recorder.flush();
  expect(errors).toHaveLength(2);
});

test('a body that was broken off has its reason in the log, beside one entry of its invocation', async () => {
  const written: NewLogEntry[] = [];
  const recorder = new LogRecorder({
    ...{ insert: (entries) => written.push(...entries), addDropped: () => undefined },
    ...{ locate: () => undefined, mapStack: async () => '', onForeign: () => undefined },
    ...{ invocations: new InvocationLogs(), onError: () => undefined },
  });
  const broken: InvocationRecord = { ...record, error: 'FN_002', brokenOff: 'It took too long.' };
  recorder.invocations([broken]);
  recorder.invocations([{ ...broken, repeated: true }]);
  await recorder.flush();
  const error = { kind: 'error', level: 'error', message: 'FN_002: It took too long.', requestId: 'r' };
  expect(written).toMatchObject([error, { kind: 'invocation', invocation: { error: 'FN_002' } }, error]);
});
