// What redirects and rewrites lead to: text with places for what a pattern took, `/posts/:slug?from=:splat`.
//
// What a visitor sent never becomes more than the part of a URL that it stands in. It cannot reach the host: only a path
// and a query take captures, and a path that begins with two slashes, which browsers read as a host, is never made.
// It cannot climb: a capture with `..` in any spelling is no capture. It cannot add parameters: in a query, all that
// means something there is encoded.

import { encodeOne, encodePath, hasDotSegment } from './encode-path.ts';
import { type Captures, SPLAT } from './path-pattern.ts';

/** Text and places in turn; a place is `{capture}`. */
export type TemplatePart = string | { readonly capture: string };

export interface PathTemplate {
  /** `https://host[:port]`; empty for the host that was asked. */
  readonly origin: string;
  readonly path: readonly TemplatePart[];
  /** Without `?`; absent when there is none. */
  readonly query?: readonly TemplatePart[];
  /** With `#`, and without captures. */
  readonly fragment?: string;
}

const PLACE = /:([A-Za-z][A-Za-z0-9_]*)|\*/g;

/** The template, or what is wrong with the text, to be read after "is ...: it". */
export function readPathTemplate(text: string, names: readonly string[]): PathTemplate | string {
  if (/[\s\\\p{Cc}]/u.test(text)) return 'must have no white space, no control characters and no "\\"';
  const scheme = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(text)?.[0];
  const absolute = /^(https?:\/\/[^/?#]*)(.*)$/.exec(text);
  if (!absolute && (scheme || !text.startsWith('/') || text.startsWith('//'))) {
    return 'must be a path that begins with one "/", or an address that begins with https:// or http://';
  }
  const [, origin = '', rest = text] = absolute ?? [];
  const fault = origin === '' ? undefined : faultOfOrigin(origin);
  if (fault) return fault;
  const [, path = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(#.*)?$/.exec(rest) ?? [];
  if (hasDotSegment(path.replace(PLACE, 'x'))) return 'must have no "." and ".." parts';
  const template: PathTemplate = {
    origin: origin === '' ? '' : (URL.parse(origin)?.origin ?? ''),
    path: partsOf(path === '' ? '/' : path),
    ...(query !== undefined && { query: partsOf(query) }),
    ...(fragment !== undefined && { fragment }),
  };
  const unknown = [...template.path, ...(template.query ?? [])].find(
    (part) => typeof part !== 'string' && !names.includes(part.capture),
  );
  if (typeof unknown === 'object') {
    const known =
      names.length === 0 ? 'takes nothing' : `takes ${names.map((name) => `:${name}`).join(', ')}`;
    return `uses :${unknown.capture}, and the pattern ${known}`;
  }
  return template;
}

/** So that no visitor chooses a host, and none is misread. */
function faultOfOrigin(origin: string): string | undefined {
  const url = URL.parse(origin);
  if (/[*@]|\/:|:[A-Za-z]/.test(origin.slice('https:'.length)) || !url || url.hostname === '') {
    return 'must name its host itself, without captures and without a user, such as https://www.example.com/new/*';
  }
  return undefined;
}

function partsOf(text: string): TemplatePart[] {
  const parts: TemplatePart[] = [];
  let from = 0;
  for (const match of text.matchAll(PLACE)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    parts.push({ capture: match[1] ?? SPLAT });
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** Begins with exactly one slash. Undefined when what was captured would lead up. */
export function fillPath(template: PathTemplate, captures: Captures): string | undefined {
  const filled = encodePath(
    template.path.map((part) => (typeof part === 'string' ? part : (captures[part.capture] ?? ''))).join(''),
  );
  return hasDotSegment(filled) ? undefined : filled.replace(/^(\/|%5C)*/, '/');
}

/** With `?`, and with `given` (a query with its `?`) behind the template's own when it is to be kept. */
export function fillQuery({ query }: PathTemplate, captures: Captures, given: string): string {
  const own = query
    ?.map((part) => (typeof part === 'string' ? part : encodeInQuery(captures[part.capture] ?? '')))
    .join('');
  const all = [own, given.slice(1)].filter((text) => text !== undefined && text !== '');
  return all.length === 0 ? '' : `?${all.join('&').replace(NOT_IN_URL, encodeOne)}`;
}

/** Nothing of it could end a header's line, or be taken for a fragment. */
const NOT_IN_URL = /[^!$-~]/gu;

/** The capture is in a URL's spelling already; `%` stays, and what separates parameters is encoded. */
const encodeInQuery = (text: string): string =>
  encodePath(text).replace(/[&=+;?#]/g, (character) => encodeURIComponent(character));
