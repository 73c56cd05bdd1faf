// The steps `rate_limits`: each limiter that the request meets counts it, and the first that is used up refuses it. What
// the others had counted by then is given back: a request that was refused is none.

import type { RateLimitEntry } from '../../contract/rules/rate-limits.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { StepMaker } from '../step.ts';
import type { Visit } from '../visit.ts';
import { borrow } from './borrow.ts';
import { keyOf } from './key-of.ts';
import { type Met, tellRates } from './tell-rates.ts';

/** Those with `before_auth`, which bound the guessing of passwords. */
export const earlyRateLimits: StepMaker = makerOf('rate_limits_before_auth', true);
export const rateLimits: StepMaker = makerOf('rate_limits', false);

function makerOf(name: string, beforeAuth: boolean): StepMaker {
  return {
    name,
    prepare: (rules, { functionId }) => {
      const entries = (rules.rate_limits ?? []).filter((entry) => entry.beforeAuth === beforeAuth);
      if (entries.length === 0) return undefined;
      return (visit) => keep(visit, functionId, entries, 0, [], []);
    },
  };
}

/** Without a wait, as long as this front's own share lasts. */
function keep(
  visit: Visit,
  functionId: string,
  entries: readonly RateLimitEntry[],
  from: number,
  met: Met[],
  periods: number[],
): undefined | Promise<undefined> {
  const limiters = visit.front.limiters(visit.env);
  const now = limiters.now(Date.now());
  for (let at = from; at < entries.length; at += 1) {
    const entry = entries[at] as RateLimitEntry;
    if (!concerns(entry, visit)) continue;
    const key = keyOf(visit, entry.by) ?? withoutKey(visit, entry);
    if (key === undefined) continue;
    const limiter = limiters.of(functionId, entry, now);
    const state = limiter.state(key, now);
    const one = { entry, limiter, state };
    met.push(one);
    if (visit.dry) {
      foresee(visit, one, now);
      continue;
    }
    periods.push(state.account.period(now));
    if (state.account.take(now)) limiter.allowed += 1;
    else return keepByLoan(visit, functionId, entries, at, met, periods);
  }
  note(visit, met, now);
  visit.responseHeaders.push(...tellRates(met, now));
  return undefined;
}

async function keepByLoan(
  visit: Visit,
  functionId: string,
  entries: readonly RateLimitEntry[],
  at: number,
  met: Met[],
  periods: number[],
): Promise<undefined> {
  const limiters = visit.front.limiters(visit.env);
  const one = met.at(-1) as Met;
  if (await borrow(visit, functionId, { ...one, limiters })) {
    one.limiter.allowed += 1;
    return keep(visit, functionId, entries, at + 1, met, periods);
  }
  const now = limiters.now(Date.now());
  one.limiter.refused += 1;
  met.slice(0, -1).forEach(({ limiter, state }, index) => {
    state.account.refund(now, periods[index] ?? 0);
    limiter.allowed -= 1;
  });
  throw refusal(visit, met, one, now);
}

function refusal(visit: Visit, met: readonly Met[], one: Met, now: number): PlatformError {
  const { entry, state } = one;
  const waitMs = state.freeAt > now ? state.freeAt - now : state.account.freeInMs(now);
  const retryAfterSeconds = Math.max(1, Math.ceil(waitMs / 1000));
  visit.responseHeaders.push(...tellRates(met, now, { met: one, retryAfterSeconds }));
  visit.trace.note('rate_limits', `limiter "${entry.name}" is used up`, {
    key: state.key,
    retryAfterSeconds,
  });
  return new PlatformError(
    'FN_007',
    entry.status,
    `The rate limit "${entry.name}" lets ${allowanceOf(entry)} through${entry.byText}, and they have been taken. Try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}

const allowanceOf = ({ algorithm, limit, windowMs, rate }: RateLimitEntry): string =>
  algorithm === 'token_bucket'
    ? `${limit} requests at once and ${rate} a second`
    : `${limit} requests in ${windowMs / 1000} s`;

/** Undefined when the limiter does not count such a request. */
function withoutKey(visit: Visit, entry: RateLimitEntry): string | undefined {
  if (entry.missing === 'share') return '';
  visit.trace.note('rate_limits', `limiter "${entry.name}" finds no key: ${entry.missing}`, {
    by: entry.byText.trim(),
  });
  if (entry.missing === 'skip') return undefined;
  throw new PlatformError(
    'FN_006',
    400,
    `The rate limit "${entry.name}" counts requests${entry.byText}, and this one lacks it: send it.`,
  );
}

/** By the path as routes are matched, so that no spelling of one is uncounted. */
function concerns({ methods, paths }: RateLimitEntry, { request, path }: Visit): boolean {
  if (methods !== null && !methods.includes(request.method)) return false;
  if (paths === null) return true;
  return paths.some((wanted) =>
    wanted.endsWith('*') ? path.startsWith(wanted.slice(0, -1)) : path === wanted,
  );
}

function note({ trace, dry }: Visit, met: readonly Met[], now: number): void {
  if (!trace.on || dry) return;
  for (const { entry, limiter, state } of met)
    trace.note('rate_limits', `limiter "${entry.name}" lets it through`, {
      ...{ algorithm: entry.algorithm, limit: entry.limit, key: state.key },
      left: state.left(now, limiter.rule),
    });
}

/** What would be decided, without counting it. */
function foresee({ trace }: Visit, { entry, limiter, state }: Met, now: number): void {
  const left = state.left(now, limiter.rule);
  trace.note('rate_limits', `limiter "${entry.name}" ${left > 0 ? 'would let it through' : 'is used up'}`, {
    ...{ algorithm: entry.algorithm, limit: entry.limit, key: state.key, left },
  });
}
