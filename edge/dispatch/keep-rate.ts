// The step for functions with a `rate_limit`: a request beyond it is refused at once, with the time when the next
// one is let in.

import type { FunctionState } from '../traffic/function-state.ts';
import { askLease } from './ask-control.ts';
import type { Call } from './front.ts';
import { PlatformError } from './platform-error.ts';

type Limit = NonNullable<FunctionState['entry']['rateLimit']>;

/** @throws {PlatformError} FN_007 for a request beyond the limit. */
export async function keepRate(call: Pick<Call, 'env'>, state: FunctionState, limit: Limit): Promise<void> {
  const { lease } = state;
  const now = Date.now();
  if (lease.take(now)) return;
  const refusedMs = lease.refusedMs(now);
  if (refusedMs > 0) throw beyondLimit(limit, refusedMs);
  if (!lease.alone(now)) {
    const answer = await askLease(call, state.entry.id, lease.want(limit.requests));
    if (answer) {
      if (lease.settle(answer, Date.now())) return;
      throw beyondLimit(limit, answer.forMs);
    }
    lease.leftAlone(Date.now());
  }
  const waitMs = lease.takeAlone(limit.perFront, limit.windowMs, Date.now());
  if (waitMs > 0) throw beyondLimit(limit, waitMs);
}

function beyondLimit({ requests, windowMs }: Limit, waitMs: number): PlatformError {
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  const period = windowMs === 1000 ? 'a second' : `${windowMs / 1000} s`;
  return new PlatformError(
    'FN_007',
    429,
    `The function takes ${requests} requests in ${period} (rate_limit), and they have been taken. Try again in ${retryAfterSeconds} s, or have its owner raise rate_limit.`,
    { retryAfterSeconds },
  );
}
