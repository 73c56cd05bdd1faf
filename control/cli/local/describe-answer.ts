// The answer of one event as a person reads it. Pure.

import { describeLine } from './dev-event.ts';
import type { TestAnswer } from './test-event.ts';

/** Logs, then the result or the failure, then the time; without a line break at the end. */
export function describeAnswer(answer: TestAnswer): string {
  const failed = 'error' in answer;
  // The stack of a failure is told with it.
  const logs = answer.logs.filter(
    ({ stack }) => !failed || stack === undefined || stack !== answer.error.stack,
  );
  return [
    ...logs.map(({ level, message, stack }) => describeLine(level, message, stack ?? null)),
    failed
      ? `${answer.error.code} ${describeLine('log', answer.error.message, answer.error.stack ?? null)}`
      : typeof answer.response === 'string'
        ? answer.response.trimEnd()
        : JSON.stringify(answer.response, null, 2),
    `${failed ? 'failed' : 'succeeded'} in ${answer.duration_ms} ms`,
  ].join('\n');
}
