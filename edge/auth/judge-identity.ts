// Whether who somebody is, is enough: roles, scopes and claims that a rule asks for. Pure.

import type { AuthEntry, ClaimPath, ClaimTest, NamesNeed } from '../contract/rules/auth.ts';

export interface Judged {
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
}

type Scalar = string | number | boolean;

/** What is lacking, in words for whoever is refused; undefined when nothing is. */
export function lackOf(
  who: Judged,
  { roles, scopes, claims }: Pick<AuthEntry, 'roles' | 'scopes' | 'claims'>,
) {
  if (roles && !has(who.roles, roles)) return `it asks for ${wordsOf('role', roles)}`;
  if (scopes && !has(who.scopes, scopes)) return `it asks for ${wordsOf('scope', scopes)}`;
  if (!claims) return undefined;
  const passes = (test: ClaimTest): boolean => passesTest(claimAt(who.claims, test.claim), test);
  const enough = claims.of === 'any' ? claims.tests.some(passes) : claims.tests.every(passes);
  if (enough) return undefined;
  return `it asks for ${claims.tests.map(wordsOfTest).join(claims.of === 'any' ? ' or ' : ' and ')}`;
}

/**
 * What is at the path; undefined if there is nothing. A name is taken as it is first, as names of claims may have dots
 * in them (`https://example.com/roles`), and then as a path with dots.
 */
export function claimAt(claims: Readonly<Record<string, unknown>>, path: ClaimPath): unknown {
  if (typeof path !== 'string') return at(claims, path);
  return Object.hasOwn(claims, path) ? claims[path] : at(claims, path.split('.'));
}

/** Of a claim that is a list of names, or one text of names with spaces. */
export function namesIn(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((name) => name !== '');
  return Array.isArray(claim) ? claim.filter((name) => typeof name === 'string') : [];
}

function at(value: unknown, path: readonly string[]): unknown {
  let inner = value;
  for (const name of path) {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner) || !Object.hasOwn(inner, name))
      return undefined;
    inner = (inner as Readonly<Record<string, unknown>>)[name];
  }
  return inner;
}

const has = (had: readonly string[], { of, names }: NamesNeed): boolean =>
  of === 'any' ? names.some((name) => had.includes(name)) : names.every((name) => had.includes(name));

function passesTest(claim: unknown, test: ClaimTest): boolean {
  if ('equals' in test) return claim === test.equals;
  if ('oneOf' in test) return test.oneOf.includes(claim as Scalar);
  // A text contains the words in it, as `scope` has them, and no part of a word.
  return Array.isArray(claim)
    ? claim.includes(test.contains)
    : namesIn(claim).includes(String(test.contains));
}

const wordsOf = (kind: string, { of, names }: NamesNeed): string => {
  if (names.length === 1) return `the ${kind} ${names[0]}`;
  return `${of === 'any' ? `one of the ${kind}s` : `the ${kind}s`} ${names.join(', ')}`;
};

function wordsOfTest(test: ClaimTest): string {
  const claim = typeof test.claim === 'string' ? test.claim : test.claim.join('.');
  if ('equals' in test) return `${claim} = ${JSON.stringify(test.equals)}`;
  if ('oneOf' in test) return `${claim} in ${JSON.stringify(test.oneOf)}`;
  return `${JSON.stringify(test.contains)} in ${claim}`;
}
