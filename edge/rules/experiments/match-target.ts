// Whether a request is one that an experiment is about, and if not, by what it fails, for whoever asks why.

import type { TargetEntry } from '../../contract/rules/experiments.ts';
import { cookieValue } from '../../traffic/visitor-cookie.ts';
import { matchesText } from './match-text.ts';

export interface Facts {
  readonly country: string | null;
  readonly continent: string | null;
  readonly headers: Headers;
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
}

/** Undefined when all that is wanted holds. */
export function whyNotTarget(target: TargetEntry, facts: Facts): string | undefined {
  const { countries, continents, header, cookie, query, path } = target;
  if (path !== undefined && !matchesText(path, facts.path)) return `the path is not ${path}`;
  if (countries && !holds(countries, facts.country))
    return `the country is ${facts.country ?? 'unknown'}, not ${countries.join(', ')}`;
  if (continents && !holds(continents, facts.continent))
    return `the continent is ${facts.continent ?? 'unknown'}, not ${continents.join(', ')}`;
  const missed =
    missing('the header', header, (name) => facts.headers.get(name)) ??
    missing('the cookie', cookie, cookiesOf(facts.headers));
  if (missed !== undefined || !query) return missed;
  const asked = new URLSearchParams(facts.query);
  return missing('the query parameter', query, (name) => asked.get(name));
}

const holds = (wanted: readonly string[], given: string | null): boolean =>
  given !== null && wanted.includes(given);

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
