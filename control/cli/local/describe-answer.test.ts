import { expect, it } from 'vitest';
import { describeAnswer } from './describe-answer.ts';

const time = '2026-11-01T00:00:00.000Z';

it('prints logs, result and duration', () => {
  const text = describeAnswer({
    ...{ request_id: 'r', status: 'success', response: { a: 1 }, duration_ms: 3, cpu_ms: null },
    ...{ memory_bytes: null, cold_start: false, version: 'v' },
    logs: [
      { level: 'log', message: 'one', time },
      { level: 'warn', message: 'two', time },
    ],
  });
  expect(text).toBe('one\n[warn] two\n{\n  "a": 1\n}\nsucceeded in 3 ms');
});

it('prints a failure with its stack once', () => {
  const stack = 'Error: boom\n    at handler (index.ts:1:2)';
  const text = describeAnswer({
    error: { code: 'FN_004', message: 'boom', stack },
    request_id: 'r',
    logs: [{ level: 'error', message: 'boom', time, stack }],
    duration_ms: 1,
  });
  expect(text).toBe(`FN_004 ${stack}\nfailed in 1 ms`);
});
