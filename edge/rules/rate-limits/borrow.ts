// What a front does when its own share of a limit is used up: through control it borrows from the other fronts what
// they do not use, and only when nobody has anything left is a request refused.

import type { LoanAnswer, LoanRequest } from '../../contract/front-api.ts';
import type { KeyState } from '../../traffic/limiter/key-state.ts';
import type { Limiter } from '../../traffic/limiter/limiter.ts';
import type { Limiters } from '../../traffic/limiter/limiters.ts';
import { controlAvoidedMs } from '../../traffic/rate-lease.ts';
import type { Visit } from '../visit.ts';

/** A loan is worth waiting for so long. */
export const loanTimeoutMs = 1000;
/** How often a request that waits for another's question looks whether it was answered. */
const waitStepMs = 2;
/** Whoever has just heard that nobody has anything does not ask again before, and for longer each time. */
export const dryMs = { first: 5, max: 1000 } as const;

export interface Borrower {
  readonly limiters: Limiters;
  readonly limiter: Limiter;
  readonly state: KeyState;
}

/** True when the request may go on. */
export async function borrow(
  visit: Visit,
  functionId: string,
  { limiters, limiter, state }: Borrower,
): Promise<boolean> {
  if (state.shared || limiters.seat.count === 1) return false;
  let now = limiters.now(Date.now());
  if (now < state.dryUntil || now < limiters.aloneUntil) return false;
  // By the clock, and not for the promise of another request: a client that leaves takes that along.
  state.waiting += 1;
  while (now - state.askingSince < loanTimeoutMs) {
    await scheduler.wait(waitStepMs);
    now = limiters.now(Date.now());
    if (now < state.dryUntil) break;
    if (state.account.take(now)) return true;
  }
  if (now < state.dryUntil || now < limiters.aloneUntil) return false;
  // A client that leaves must not take what was lent along.
  const loan = takeLoan(visit, functionId, { limiters, limiter, state }, now);
  visit.ctx.waitUntil(loan);
  return loan;
}

async function takeLoan(
  visit: Visit,
  functionId: string,
  { limiters, limiter, state }: Borrower,
  asked: number,
): Promise<boolean> {
  const { account } = state;
  const period = account.period(asked);
  state.askingSince = asked;
  const left = account.left(asked);
  limiter.asked += 1;
  const answer = await ask(visit, {
    ...{ function: functionId, limiter: limiter.figures, key: state.key, period },
    ...{ seat: limiters.seat.index, want: wanted(limiter, state, asked), need: Math.max(0, 1 - left) },
  });
  const now = limiters.now(Date.now());
  state.askingSince = 0;
  state.waiting = 0;
  if (answer === undefined) {
    limiters.aloneUntil = now + controlAvoidedMs;
    return account.take(now);
  }
  if (answer.loan > state.loan) state.loan = answer.loan;
  if (answer.lent > 0) account.receive(now, period, answer.lent);
  if (answer.left !== null)
    state.othersHave(answer.left, now, Math.min(answer.freeInMs, account.resetInMs(now)));
  if (account.take(now)) {
    state.dryInRow = 0;
    return true;
  }
  const pause = Math.min(dryMs.max, dryMs.first * 2 ** state.dryInRow);
  state.dryInRow = Math.min(state.dryInRow + 1, 16);
  const freeInMs = Math.min(answer.freeInMs, account.freeInMs(now));
  state.freeAt = now + freeInMs;
  state.dryUntil = now + Math.max(dryMs.first, Math.min(pause, freeInMs));
  return false;
}

/** Of a sliding window little more is borrowed than there are requests for it, as the rest would be lost. */
function wanted({ figures }: Limiter, { account, waiting }: KeyState, now: number): number {
  return account.want(now) + (figures.algorithm === 'sliding' ? waiting : 0);
}

async function ask({ env }: Visit, question: LoanRequest): Promise<LoanAnswer | undefined> {
  try {
    const response = await env.CONTROL.fetch('http://control/limits/borrow', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(question),
      signal: AbortSignal.timeout(loanTimeoutMs),
    });
    const answer = await response.json<LoanAnswer>();
    return response.ok ? answer : undefined;
  } catch (error) {
    console.debug(`control could not be asked for what other fronts have left of a limit: ${error}`);
    return undefined;
  }
}
