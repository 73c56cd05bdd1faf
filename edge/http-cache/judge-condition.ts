// Whether a client that has a copy already needs no body (RFC 9110 section 13), and which part of one it asks for (section
// 14).

import { type Fields, fieldValue, membersOf } from './fields.ts';
import { parseHttpDate } from './http-date.ts';

export type Ask = (name: string) => string | null;

/** True for a 304. `If-Modified-Since` is looked at only without `If-None-Match`. */
export function isUnchanged(stored: Fields, ask: Ask, now: number): boolean {
  const tags = ask('if-none-match');
  if (tags !== null) {
    const own = fieldValue(stored, 'etag');
    if (tags.trim() === '*') return true;
    return own !== null && membersOf(tags).some((tag) => weak(tag) === weak(own));
  }
  const since = parseHttpDate(ask('if-modified-since'), now);
  if (since === undefined) return false;
  const modified = fieldValue(stored, 'last-modified') ?? fieldValue(stored, 'date');
  const at = parseHttpDate(modified, now);
  return at !== undefined && at <= since;
}

const weak = (tag: string): string => tag.replace(/^W\//, '');

/** First and last byte; `unsatisfiable` for a 416; undefined for all of it. */
export type Part = { readonly first: number; readonly last: number } | 'unsatisfiable' | undefined;

/** Several ranges in one are answered with all of it, which is allowed. */
export function partOf(stored: Fields, bytes: number, ask: Ask, now: number): Part {
  const range = ask('range');
  if (range === null || !stillThatOne(stored, ask('if-range'), now)) return undefined;
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(range.trim()) ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  const first = from === '' ? Math.max(0, bytes - Number(to)) : Number(from);
  const last = from === '' || to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  return first > last ? 'unsatisfiable' : { first, last };
}

/** `If-Range`: a part fits only what the client has of this very representation. */
function stillThatOne(stored: Fields, condition: string | null, now: number): boolean {
  if (condition === null) return true;
  if (condition.startsWith('"')) return fieldValue(stored, 'etag') === condition;
  const date = parseHttpDate(condition, now);
  return date !== undefined && date === parseHttpDate(fieldValue(stored, 'last-modified'), now);
}
