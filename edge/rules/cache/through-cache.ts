// Stands around what makes the answer: gives what is stored, has the function asked once for many, and has stored what it
// answers. docs/design/cache.md has the whole way.

import type { CacheLease, CacheMiss, CachePlace } from '../../contract/cache.ts';
import type { CacheEntry } from '../../contract/rules/cache.ts';
import { tellVisitor } from '../../dispatch/tell-visitor.ts';
import { parseDirectives } from '../../http-cache/parse-directives.ts';
import type { Around, Visit } from '../visit.ts';
import { answerAndStore } from './answer-and-store.ts';
import { CacheDoor } from './cache-door.ts';
import { readCookies } from './cache-key.ts';
import { forwarded, fromStore } from './finish-cached.ts';
import { forgetWritten } from './forget-written.ts';
import { placeOf } from './place-of.ts';
import { renewBehind } from './renew-behind.ts';
import { standingIn } from './standing-in.ts';

export type Next = () => Promise<Response>;

export function throughCache(rule: CacheEntry): Around {
  return async (visit, next) => {
    const binding = visit.env.CACHE;
    if (!binding) return next();
    const response = await answer(rule, visit, next, new CacheDoor(binding));
    const told = visit.chosen && withheld.get(visit.chosen);
    if (!told) return response;
    const telling = new Response(response.body, response);
    tellVisitor(telling.headers, told);
    return telling;
  };
}

/** What an answer says of the visitor's version is his: it is added to what comes out, and never stored. */
const withheld = new WeakMap<NonNullable<Visit['chosen']>, NonNullable<Visit['chosen']>['told']>();

function withholdTold(visit: Visit): void {
  if (!visit.chosen?.told) return;
  const { told } = visit.chosen;
  visit.chosen = { ...visit.chosen, told: undefined };
  withheld.set(visit.chosen, told);
}

async function answer(rule: CacheEntry, visit: Visit, next: Next, door: CacheDoor): Promise<Response> {
  const { request, trace } = visit;
  const past = whyPast(rule, request);
  if (past === 'method') return forgetWritten(rule, visit, await next(), door);
  if (past !== undefined) {
    trace.note('cache', `goes by the cache: ${past}`);
    return forwarded(rule, await next(), { fwd: 'bypass', detail: past });
  }
  const placed = await placeOf(rule, visit);
  withholdTold(visit);
  if (!placed) return forwarded(rule, await next(), { fwd: 'bypass', detail: 'long-key' });
  const { place, personal } = placed;
  const looking = { do: 'look', place, heeds: rule.heeds } as const;
  const collapseMs = mayLead(request) ? rule.collapseMs : null;
  const looked = await door.ask(request, { ...looking, collapseMs }, collapseMs ?? 0);
  if (!looked || 'failed' in looked.answer || 'done' in looked.answer) {
    trace.note('cache', 'the cache is away');
    return forwarded(rule, await next(), { fwd: 'bypass', detail: 'away' });
  }
  const told = looked.answer;
  trace.note('cache', 'hit' in told ? `a ${told.hit} answer is stored` : `nothing to give: ${told.miss}`, {
    key: place.key,
    ...told,
  });
  const way = { rule, visit, next, door, place, personal };
  if ('hit' in told) {
    if (told.lease) visit.ctx.waitUntil(renewBehind(way, told.lease));
    return fromStore(rule, looked.response, told);
  }
  return miss(way, told);
}

export interface Way {
  readonly rule: CacheEntry;
  readonly visit: Visit;
  readonly next: Next;
  readonly door: CacheDoor;
  readonly place: CachePlace;
  readonly personal: boolean;
}

interface Missed {
  readonly miss: CacheMiss;
  readonly collapsed?: true;
  readonly lease?: CacheLease;
  readonly standsIn?: true;
}

async function miss(way: Way, told: Missed): Promise<Response> {
  const { rule, visit, next } = way;
  const { request } = visit;
  if (rule.heeds && parseDirectives(request.headers.get('cache-control')).has('only-if-cached')) {
    if (told.lease) await way.door.tell('POST', { do: 'release', lease: told.lease.id, waiters: 'again' });
    return forwarded(rule, new Response(null, { status: 504 }), { fwd: told.miss, detail: 'only-if-cached' });
  }
  if (told.lease) return answerAndStore(way, { ...told, lease: told.lease });
  const response = await standingIn(way, told.standsIn === true, null, next);
  return forwarded(rule, response, { fwd: told.miss, collapsed: told.collapsed });
}

/** Why a request has nothing to do with what is stored. */
function whyPast(rule: CacheEntry, request: Request): string | undefined {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'HEAD') return 'method';
  if (!rule.methods.includes(method)) return 'method-not-listed';
  if (headers.has('upgrade')) return 'upgrade';
  const { bypass } = rule;
  if (bypass.headers.some((name) => headers.has(name))) return 'header';
  if (bypass.cookies.length > 0) {
    const cookies = readCookies(headers.get('cookie'));
    if (bypass.cookies.some((name) => cookies.has(name))) return 'cookie';
  }
  return rule.heeds && parseDirectives(headers.get('cache-control')).has('no-store') ? 'no-store' : undefined;
}

/** Whether what the function answers to it is the whole, which can be stored for others. */
function mayLead({ method, headers }: Request): boolean {
  return method === 'GET' && !['range', 'if-match', 'if-unmodified-since'].some((name) => headers.has(name));
}
