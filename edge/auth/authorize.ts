// Decides whether a request may reach a function, and which of its headers are the platform's to keep.

import type { CredentialCheck } from './credential-check.ts';
import { type CredentialHeader, readCredentials } from './read-credential.ts';

export type Verdict =
  | { readonly open: true; readonly credentials: readonly CredentialHeader[] }
  | { readonly open: false; readonly presented: boolean };

/**
 * The headers named in the verdict hold tokens of the platform. They are removed before dispatch, on public
 * functions too: user code never sees a token that opens more than itself.
 */
export async function authorize(
  check: CredentialCheck,
  isPublic: boolean,
  authorization: string | null,
  apiKey: string | null,
): Promise<Verdict> {
  const presented = readCredentials(authorization, apiKey);
  const credentials: CredentialHeader[] = [];
  for (const { header, token } of presented) if (await check.opens(token)) credentials.push(header);
  if (isPublic || credentials.length > 0) return { open: true, credentials };
  return { open: false, presented: presented.length > 0 };
}
