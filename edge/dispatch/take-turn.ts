// The step at which a request waits when its function has more than its share of the front; see `Turns`.

import type { Lane, Turns } from '../traffic/turns.ts';

/** The longest that a request waits for its turn; then it goes on without. */
export const turnWaitMsMax = 10_000;

const turn = (ms: number): Promise<void> => scheduler.wait(ms);

/** Undefined when the request may go on at once, as nearly all do. */
export function takeTurn(turns: Turns, lane: Lane, ctx: ExecutionContext): Promise<void> | undefined {
  const now = Date.now();
  return turns.begin(lane, now) ? undefined : waitForTurn(turns, lane, ctx, now);
}

/** The timer is the request's own: one that waits for nothing but another request is ended by workerd as hanging. */
async function waitForTurn(turns: Turns, lane: Lane, ctx: ExecutionContext, now: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, turnWaitMsMax);
  if (turns.wait(lane, resolve, now)) ctx.waitUntil(turns.run(turn));
  await promise;
  clearTimeout(timer);
  turns.forget(lane, resolve);
}
