// Whether a request is one that an experiment is about, and if not, by what it fails, for whoever asks why.

import type { Geo } from '../../contract/geo.ts';
import type { TargetEntry } from '../../contract/rules/experiments.ts';
import { cookieValue } from '../../traffic/visitor-cookie.ts';
import { matchesPlace } from '../geo/judge-place.ts';
import { matchesText } from './match-text.ts';

export interface Facts {
  readonly geo: Geo | null;
  readonly headers: Headers;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

/** Undefined when all that is wanted holds. */
export function whyNotTarget(target: TargetEntry, facts: Facts): string | undefined {
  const { place, header, cookie, query, path } = target;
  if (path !== undefined && !matchesText(path, facts.path)) return `the path is not ${path}`;
  if (place && !matchesPlace(place, facts.geo))
    return `he is not known to be at the place, with the country ${facts.geo?.country ?? 'unknown'}`;
  const missed =
    missing('the header', header, (name) => facts.headers.get(name)) ??
    missing('the cookie', cookie, cookiesOf(facts.headers));
  if (missed !== undefined || !query) return missed;
  const asked = new URLSearchParams(facts.query);
  return missing('the query parameter', query, (name) => asked.get(name));
}

const cookiesOf =
  (headers: Headers) =>
  (name: string): string | undefined => {
    const given = headers.get('cookie');
    return given === null ? undefined : cookieValue(given, name);
  };

/** What the visitor sent is not repeated: the text may be shown to others than him. */
function missing(
  what: string,
  wanted: Readonly<Record<string, string>> | undefined,
  given: (name: string) => string | null | undefined,
): string | undefined {
  if (!wanted) return undefined;
  const missed = Object.keys(wanted).find((name) => !matchesText(wanted[name] as string, given(name)));
  return missed && `${what} ${missed} is not ${wanted[missed]}`;
}
