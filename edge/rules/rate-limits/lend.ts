// The other side of a loan: control asks a front, on its private socket, what it can spare of a key. Also what control
// asks on behalf of a person: the counters of a function's limiters, and to let somebody in again.

import type {
  LendAnswer,
  LendRequest,
  LimiterCounters,
  ResetAnswer,
  ResetRequest,
} from '../../contract/front-api.ts';
import type { Limiters } from '../../traffic/limiter/limiters.ts';

/** A loan that is on its way to this front is waited for so long, before it says what it has. */
const loanAwaitedMs = 100;
const waitStepMs = 2;

export async function lend(limiters: Limiters, question: LendRequest): Promise<LendAnswer> {
  let now = limiters.now(Date.now());
  const limiter = limiters.of(question.function, question.limiter, now);
  const state = limiter.state(question.key, now);
  if (state.shared) return { lent: 0, left: 0, freeInMs: limiter.figures.windowMs };
  const deadline = now + loanAwaitedMs;
  while (state.loan < question.after && now < deadline) {
    await scheduler.wait(waitStepMs);
    now = limiters.now(Date.now());
  }
  const { account } = state;
  const lent = account.lend(now, question.period, question.want);
  const left = account.left(now);
  // Whoever borrows has nothing else; of two fronts, that is all that the other one has.
  if (limiters.seat.count === 2) state.othersHave(lent, now, account.resetInMs(now));
  return { lent, left, freeInMs: account.freeInMs(now) };
}

export function countersOf(limiters: Limiters, functionId: string): LimiterCounters[] {
  return limiters.all(functionId).map(({ figures, allowed, refused, asked, keys }) => ({
    ...{ id: figures.id, name: figures.name, allowed, refused, asked, keys },
  }));
}

/** Of all figures that a limiter of that name has had, as a route may have others than its function. */
export function reset(limiters: Limiters, { function: id, name, key }: ResetRequest): ResetAnswer {
  const known = limiters
    .all(id)
    .filter(({ figures }) => figures.name === name)
    .map((limiter) => limiter.reset(key));
  return { known: known.some(Boolean) };
}
