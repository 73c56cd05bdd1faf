// What answers say of limits, in the fields of the IETF's draft "RateLimit header fields for HTTP"
// (draft-ietf-httpapi-ratelimit-headers-11): `RateLimit-Policy` names all limiters that the request met, `RateLimit` the
// one that has the least left.

import type { RateLimitEntry } from '../../contract/rules/rate-limits.ts';
import type { KeyState } from '../../traffic/limiter/key-state.ts';
import type { Limiter } from '../../traffic/limiter/limiter.ts';
import type { HeaderEdit } from '../header-edit.ts';

/** A limiter that a request met, with the key by which it was counted. */
export interface Met {
  readonly entry: RateLimitEntry;
  readonly limiter: Limiter;
  readonly state: KeyState;
}

export const policyOf = ({ name, limit, windowMs }: RateLimitEntry): string =>
  `"${name}";q=${limit};w=${Math.max(1, Math.ceil(windowMs / 1000))}`;

/** `refusedBy` is shown in any case, with the time when it lets in again. */
export function tellRates(
  met: readonly Met[],
  now: number,
  refusedBy?: { readonly met: Met; readonly retryAfterSeconds: number },
): HeaderEdit[] {
  const told = met.filter(({ entry }) => entry.headers);
  const first = told[0];
  if (first === undefined) return [];
  const policies =
    told.length === 1 ? policyOf(first.entry) : told.map(({ entry }) => policyOf(entry)).join(', ');
  const edits: HeaderEdit[] = [{ op: 'set', name: 'ratelimit-policy', value: policies }];
  const shown = refusedBy?.met ?? tightest(told, now);
  if (shown.entry.headers)
    edits.push({ op: 'set', name: 'ratelimit', value: stateOf(shown, now, refusedBy?.retryAfterSeconds) });
  return edits;
}

function stateOf({ entry, limiter, state }: Met, now: number, retryAfterSeconds: number | undefined): string {
  const left = retryAfterSeconds === undefined ? state.left(now, limiter.rule) : 0;
  const seconds = retryAfterSeconds ?? Math.ceil(state.account.resetInMs(now) / 1000);
  return `"${entry.name}";r=${left};t=${seconds}`;
}

function tightest(met: readonly Met[], now: number): Met {
  let [found] = met as [Met, ...Met[]];
  if (met.length === 1) return found;
  let least = Number.POSITIVE_INFINITY;
  for (const one of met) {
    const left = one.state.left(now, one.limiter.rule);
    if (left >= least) continue;
    least = left;
    found = one;
  }
  return found;
}
