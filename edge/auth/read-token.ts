// Looks for a token where a rule says that it may be: in a header, a cookie, or a parameter of the query.

import type { TokenPlace } from '../contract/rules/auth.ts';

export interface FoundToken {
  readonly place: TokenPlace;
  readonly token: string;
}

/** The query with its `?`. */
export interface TokenSource {
  readonly headers: Headers;
  readonly query: string;
}

/** At most one of each place; empty ones are none. */
export function readTokens(places: readonly TokenPlace[], source: TokenSource): FoundToken[] {
  return places.flatMap((place) => {
    const token = tokenAt(place, source);
    return token ? [{ place, token }] : [];
  });
}

function tokenAt(place: TokenPlace, { headers, query }: TokenSource): string | null | undefined {
  if (place.in === 'cookie') return cookieValue(headers.get('cookie'), place.name);
  if (place.in === 'query') return parameterOf(query, place.name);
  const value = headers.get(place.name);
  if (!place.bearer || value === null) return value;
  return /^bearer +([^ ]+) *$/i.exec(value)?.[1];
}

/** Of several cookies with one name, the first counts. */
export function cookieValue(header: string | null, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

/** Several of one name are none: which of them counts would be for a sender to choose, and for the function another. */
function parameterOf(query: string, name: string): string | undefined {
  const all = new URLSearchParams(query).getAll(name);
  return all.length === 1 ? all[0] : undefined;
}

/** The same URL without every parameter of these names; other parameters keep the form in which they were sent. */
export function withoutParameters(url: string, names: readonly string[]): string {
  const question = url.indexOf('?');
  if (question < 0) return url;
  const kept = url
    .slice(question + 1)
    .split('&')
    .filter((part) => !names.includes(nameOf(part)));
  return kept.length === 0 ? url.slice(0, question) : `${url.slice(0, question)}?${kept.join('&')}`;
}

const nameOf = (part: string): string => [...new URLSearchParams(part).keys()][0] ?? '';
