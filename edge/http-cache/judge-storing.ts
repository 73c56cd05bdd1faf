// Whether a response may be stored for others, and for how long (RFC 9111 sections 3 and 4.2), with what a rule of the
// function's owner adds. Pure.
//
// The package http-cache-semantics was looked at for this and not taken: it reads directives by exact case, gives
// `must-revalidate` and `proxy-revalidate` no freshness at all, believes `Age: 1x`, and knows no CDN-Cache-Control.

import type { EntryTimes } from './entry-times.ts';
import { type Fields, fieldValue, membersOf } from './fields.ts';
import { parseHttpDate } from './http-date.ts';
import { type Directives, parseDirectives, secondsOf } from './parse-directives.ts';

export interface StoringRule {
  /** Seconds of freshness for a response that says nothing of it, by status and for the others. */
  readonly ttl: number | null;
  readonly statuses: Readonly<Record<string, number>>;
  /** `ttl` and `statuses` hold whatever the response says. */
  readonly ignoreOrigin: boolean;
  /** Seconds, where the response says nothing. */
  readonly staleWhileRevalidate: number;
  readonly staleIfError: number;
  /** A `Set-Cookie` is taken off, and the rest stored. */
  readonly dropCookies: boolean;
}

export interface Answered {
  readonly method: string;
  readonly status: number;
  readonly fields: Fields;
  /** The request said who it is from, and the key does not. */
  readonly personal: boolean;
  readonly askedAt: number;
  readonly answeredAt: number;
}

export type Storing =
  | { readonly times: EntryTimes; readonly vary: readonly string[]; readonly refused?: undefined }
  | { readonly refused: string };

/** Of which a rule's `ttl` may be meant: RFC 9110 has them cacheable by default, and none tells of a fault. */
const LASTING = new Set([200, 203, 204, 300, 301, 308, 410]);
const UNDERSTOOD = new Set([
  ...[200, 203, 204, 300, 301, 302, 303, 307, 308],
  ...[400, 401, 403, 404, 405, 410, 414, 421, 451, 500, 501, 502, 503, 504],
]);

export function judgeStoring(answered: Answered, rule: StoringRule): Storing {
  const { status, fields } = answered;
  if (answered.method !== 'GET') return { refused: 'method' };
  if (status < 200 || status === 206 || status === 304) return { refused: `status-${status}` };
  const vary = [...new Set(membersOf(fieldValue(fields, 'vary')).map((name) => name.toLowerCase()))].sort();
  if (vary.includes('*')) return { refused: 'vary-all' };
  const said = directivesOf(fields);
  const cookies = fieldValue(fields, 'set-cookie') !== null && !rule.dropCookies;
  if (cookies && !namedFields(said).includes('set-cookie')) return { refused: 'set-cookie' };
  if (/^text\/event-stream\b/i.test(fieldValue(fields, 'content-type') ?? ''))
    return { refused: 'event-stream' };
  const refused = rule.ignoreOrigin ? undefined : refusalOf(answered, said);
  if (refused !== undefined) return { refused };
  const freshMs = freshnessOf(answered, said, rule);
  if (freshMs === undefined) return { refused: 'no-freshness' };
  const times = timesOf(answered, freshMs, said, rule);
  const lasts = times.freshMs + Math.max(times.staleWhileMs, times.staleErrorMs);
  const stale = answered.answeredAt - times.generatedAt >= lasts;
  return stale && !times.asked ? { refused: 'stale' } : { times, vary };
}

/** A targeted field says it all for a cache like this one (RFC 9213). */
export function directivesOf(fields: Fields): Directives {
  const targeted = parseDirectives(fieldValue(fields, 'cdn-cache-control'));
  return targeted.size > 0 ? targeted : parseDirectives(fieldValue(fields, 'cache-control'));
}

/** `no-cache="a, b"` and `private="a, b"` are of the fields that they name: the rest may be stored. In lower case. */
export function namedFields(said: Directives): string[] {
  return ['no-cache', 'private'].flatMap((name) => {
    const value = said.get(name);
    return typeof value === 'string' ? membersOf(value.toLowerCase()) : [];
  });
}

function refusalOf({ status, personal }: Answered, said: Directives): string | undefined {
  if (said.has('must-understand') ? !UNDERSTOOD.has(status) : said.has('no-store')) return 'no-store';
  if (said.get('private') === true) return 'private';
  const shared = said.has('public') || said.has('s-maxage') || said.has('must-revalidate');
  return personal && !shared ? 'authorization' : undefined;
}

/** Milliseconds; undefined when neither the response nor the rule says it. */
function freshnessOf(
  { status, fields, answeredAt }: Answered,
  said: Directives,
  rule: StoringRule,
): number | undefined {
  const byRule = rule.statuses[String(status)] ?? (LASTING.has(status) ? rule.ttl : null) ?? undefined;
  if (rule.ignoreOrigin) return inMs(byRule);
  if (said.get('no-cache') === true) return 0;
  const explicit = secondsOf(said, 's-maxage') ?? secondsOf(said, 'max-age');
  if (explicit !== undefined) return explicit * 1000;
  const expires = fieldValue(fields, 'expires');
  if (expires === null) return inMs(byRule);
  const date = parseHttpDate(fieldValue(fields, 'date'), answeredAt) ?? answeredAt;
  return Math.max(0, (parseHttpDate(expires, answeredAt) ?? 0) - date);
}

const inMs = (seconds: number | undefined): number | undefined =>
  seconds === undefined ? undefined : seconds * 1000;

function timesOf(answered: Answered, freshMs: number, said: Directives, rule: StoringRule): EntryTimes {
  const { fields } = answered;
  const strict =
    !rule.ignoreOrigin &&
    (said.has('must-revalidate') || said.has('proxy-revalidate') || said.get('no-cache') === true);
  // `s-maxage` forbids it as well (section 5.2.2.10), unless the response itself allows it (RFC 5861).
  const unsaid = !rule.ignoreOrigin && said.has('s-maxage') ? 0 : undefined;
  const seconds = (name: string, otherwise: number): number =>
    strict ? 0 : ((rule.ignoreOrigin ? undefined : secondsOf(said, name)) ?? unsaid ?? otherwise);
  return {
    generatedAt: answered.answeredAt - ageAtArrival(answered, rule),
    freshMs,
    staleWhileMs: seconds('stale-while-revalidate', rule.staleWhileRevalidate) * 1000,
    staleErrorMs: strict ? -1 : seconds('stale-if-error', rule.staleIfError) * 1000,
    asked: fieldValue(fields, 'etag') !== null || fieldValue(fields, 'last-modified') !== null,
  };
}

/** RFC 9111 section 4.2.3. An `Age` that is not one number is one past all limits. */
function ageAtArrival({ fields, askedAt, answeredAt }: Answered, { ignoreOrigin }: StoringRule): number {
  if (ignoreOrigin) return 0;
  const date = parseHttpDate(fieldValue(fields, 'date'), answeredAt) ?? answeredAt;
  const apparent = Math.max(0, answeredAt - date);
  const age = fieldValue(fields, 'age');
  if (age === null) return apparent;
  if (!/^\d{1,10}$/.test(age)) return Number.MAX_SAFE_INTEGER / 4;
  return Math.max(apparent, Number(age) * 1000 + (answeredAt - askedAt));
}
