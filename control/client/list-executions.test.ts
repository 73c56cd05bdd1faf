import { expect, test } from 'vitest';
import { useFakeControl } from '../../test/support/use-fake-control.ts';
import type { LogEntry } from './answers.ts';
import { executionPagesMax, executionsMax } from './bounds.ts';
import { gatherExecutions } from './list-executions.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString();

const line = (requestId: string, second: number, message: string): LogEntry => ({
  ...{ id: `${second}`, kind: 'console', time: at(second), level: 'log', message },
  ...{ request_id: requestId, version: 'v' },
});
const invocation = (requestId: string, second: number, status = 200, error?: string): LogEntry => ({
  ...line(requestId, second, `POST / ${status}`),
  kind: 'invocation',
  invocation: {
    ...{ method: 'POST', path: '/', status, duration_ms: 12, cold_start: false, memory_bytes: 9e6 },
    ...(error !== undefined && { error }),
  },
});

test('gathers lines by their request, the oldest line first', () => {
  const executions = gatherExecutions([
    line('b', 9, 'b two'),
    line('a', 8, 'a two'),
    line('b', 7, 'b one'),
    line('a', 6, 'a one'),
    invocation('b', 5, 500, 'FN_004'),
    invocation('a', 4),
  ]);
  expect(executions).toEqual([
    {
      ...{ id: '5', request_id: 'b', created_at: at(5), status: 'error', execution_time: 12 },
      ...{ memory_usage: 9e6, logs: 'b one\nb two', error: 'FN_004', status_code: 500 },
    },
    {
      ...{ id: '4', request_id: 'a', created_at: at(4), status: 'success', execution_time: 12 },
      ...{ memory_usage: 9e6, logs: 'a one\na two', error: null, status_code: 200 },
    },
  ]);
});

test('reads pages until there are enough invocations with all their lines', async () => {
  const page = (logs: LogEntry[], cursor: string | null) => ({ body: { logs, cursor, dropped: 0 } });
  const { client, sent } = useFakeControl([
    page([line('b', 9, 'late'), invocation('b', 8)], 'p2'),
    page([line('b', 8, 'early'), invocation('a', 7)], 'p3'),
  ]);
  const executions = await client.functions.getLogs('cart', { limit: 1, since: at(0) });
  expect(executions.map(({ request_id, logs }) => [request_id, logs])).toEqual([['b', 'early\nlate']]);
  expect(sent.map(({ url }) => new URL(url).searchParams.get('cursor'))).toEqual([null, 'p2']);
  expect(new URL(String(sent[0]?.url)).searchParams.get('since')).toBe(at(0));
});

test('reads no more than its bound of pages', async () => {
  const endless = { body: { logs: [line('a', 1, 'x')], cursor: 'more', dropped: 0 } };
  const { client, sent } = useFakeControl(Array(executionPagesMax + 1).fill(endless));
  expect(await client.functions.getLogs('cart')).toEqual([]);
  expect(sent).toHaveLength(executionPagesMax);
});

test.each([0, 1.5, executionsMax + 1])('refuses a limit of %d', async (limit) => {
  const { client } = useFakeControl([]);
  await expect(client.functions.getLogs('cart', { limit })).rejects.toMatchObject({ code: 'CLIENT_INPUT' });
});
