// Which version of a split serves a request: by whatever its sender is known by, or by chance.

import { VISITOR_COOKIE, VISITOR_KEY_HEADER } from '../contract/names.ts';
import type { StickyEntry } from '../contract/routing-table.ts';
import { pinOf, type Split } from '../traffic/split.ts';
import { newVisitorKey, readVisitor, visitorCookie } from '../traffic/visitor-cookie.ts';

export interface Assignment {
  /** Undefined when no version has a share. */
  readonly version: string | undefined;
  /** A `Set-Cookie` by which he is known the next time. */
  readonly cookie: string | undefined;
}

/**
 * `key` is the credential that opened the function, or who rules say that he is; `newVisitor` what one without a cookie is
 * known by already.
 */
export function assignVisitor(
  split: Split,
  sticky: StickyEntry,
  request: Request,
  key: string | null,
  newVisitor: string | null,
): Assignment {
  const { headers } = request;
  const named = headers.get(VISITOR_KEY_HEADER) || keyOf(sticky, headers, key);
  if (named) return { version: split.byKey(named), cookie: undefined };
  if (sticky.by === 'cookie')
    return byCookie(split, sticky.name, request, sticky.name === VISITOR_COOKIE ? newVisitor : null);
  return { version: split.byChance(Math.random() * 10_000), cookie: undefined };
}

function keyOf(sticky: StickyEntry, headers: Headers, key: string | null): string | null {
  if (sticky.by === 'header') return headers.get(sticky.name);
  return sticky.by === 'key' ? key : null;
}

/** He gets a cookie when he has none, and a new pin when he has come to another version. */
function byCookie(split: Split, name: string, request: Request, newVisitor: string | null): Assignment {
  const visitor = readVisitor(request.headers.get('cookie'), name);
  const kept = visitor?.pin ? split.keptBy(visitor.pin) : undefined;
  if (kept !== undefined) return { version: kept, cookie: undefined };
  // Where one version takes all who come anew, there is nothing to remember of them.
  if (!visitor && !split.divides) return { version: split.byChance(0), cookie: undefined };
  const key = visitor?.key ?? newVisitor ?? newVisitorKey();
  const version = split.byKey(key);
  const known = visitor && (visitor.pin === null || version?.startsWith(visitor.pin));
  const cookie =
    known || version === undefined ? undefined : visitorCookie(name, key, pinOf(version), isSecure(request));
  return { version, cookie };
}

/** A proxy in front of us says so. A client that makes it up is the only one whose cookie changes by it. */
const isSecure = ({ url, headers }: Request): boolean =>
  url.startsWith('https:') || /^https\b/i.test(headers.get('x-forwarded-proto') ?? '');
