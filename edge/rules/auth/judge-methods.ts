// Which of several ways to say who one is counts: the first that is good. A request with a credential that is not good
// is refused though it could come without one: whoever sends it means to be somebody.

import type { Identity } from '../../auth/identity.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Visit } from '../visit.ts';
import type { Method } from './method.ts';

export interface Outcome {
  /** Null for a request without any credential. */
  readonly identity: Identity | null;
  /** Of credentials that are not good. */
  readonly faults: readonly string[];
}

export async function findIdentity(methods: readonly Method[], visit: Visit): Promise<Outcome> {
  const faults: string[] = [];
  for (const { type, find } of methods) {
    const told = find(visit);
    const finding = told instanceof Promise ? await told : told;
    if (finding.found === 'good') return { identity: finding.identity, faults: [] };
    if (finding.found === 'nothing') continue;
    visit.trace.note('auth', `${type}: ${finding.why}`);
    faults.push(finding.why);
  }
  return { identity: null, faults };
}

/** 401, with what would be asked for. Challenges of one kind are told once. */
export function unauthorized(
  name: string,
  methods: readonly Method[],
  faults: readonly string[],
): PlatformError {
  const [fault] = faults;
  const challenges = [...new Set(methods.map(({ challenge }) => challenge))].map((challenge) =>
    challenge === 'Bearer' && fault !== undefined ? `Bearer error="invalid_token"` : challenge,
  );
  const kinds = [...new Set(methods.map(({ type }) => type))].join(', ');
  return new PlatformError(
    'FN_009',
    401,
    fault === undefined
      ? `Function "${name}" wants to know who you are (${kinds}), and the request does not say.`
      : `Function "${name}" does not let you in: ${[...new Set(faults)].join('; ')}.`,
    { headers: { 'www-authenticate': challenges.join(', ') } },
  );
}

export const forbidden = (name: string, lack: string): PlatformError =>
  new PlatformError('FN_009', 403, `Function "${name}" does not let you in: ${lack}.`);
