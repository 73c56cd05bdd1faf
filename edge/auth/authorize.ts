// Decides whether a request may reach a function, which of its headers are the platform's to keep, and what whoever
// sent it may do besides.

import { TOKEN_FORM } from '../contract/names.ts';
import { API_KEY_FORM } from './api-keys.ts';
import type { CredentialCheck, Grant } from './credential-check.ts';
import { type CredentialHeader, readCredentials } from './read-credential.ts';

export type Verdict =
  | ({ readonly open: true } & Admission)
  | { readonly open: false; readonly presented: boolean };

/** What a request that was let in comes with. */
export interface Admission {
  /** Headers with tokens of the platform. */
  readonly credentials: readonly CredentialHeader[];
  /** Digest of the credential that opens the function; null for a stranger at a public one. */
  readonly key: string | null;
  /** By which splits know a visitor whom rules have let in; absent for others. */
  readonly visitor?: string;
  /** Whether that credential may choose the version that serves. */
  readonly choosesVersion: boolean;
}

/** Whoever comes to a public function without anything that could be a credential. */
export const STRANGER: Admission = { credentials: [], key: null, choosesVersion: false };

/** What is asked for. */
export interface Door {
  readonly public: boolean;
  readonly project: string;
}

/**
 * The headers named in the verdict hold tokens of the platform. They are removed before dispatch, on public
 * functions too: user code never sees a token that opens more than itself. That holds for every token of ours,
 * whether it opens this function or not, and for those that fronts do not know: a viewer's, or an expired one.
 */
export async function authorize(
  check: CredentialCheck,
  door: Door,
  authorization: string | null,
  apiKey: string | null,
  now: () => number,
): Promise<Verdict> {
  const presented = readCredentials(authorization, apiKey);
  const credentials: CredentialHeader[] = [];
  const opening: Grant[] = [];
  for (const { header, token } of presented) {
    const grant = await check.find(token);
    if (grant !== null || TOKEN_FORM.test(token) || API_KEY_FORM.test(token)) credentials.push(header);
    if (grant !== null && check.opens(grant, door.project, now())) opening.push(grant);
  }
  if (!door.public && opening.length === 0) return { open: false, presented: presented.length > 0 };
  return {
    open: true,
    credentials,
    key: opening[0]?.digest ?? null,
    choosesVersion: opening.some(({ role }) => role === 'owner' || role === 'deployer'),
  };
}
