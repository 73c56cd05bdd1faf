// Decides whether a request may reach a function, and which of its headers are the platform's to keep.

import { TOKEN_FORM } from '../contract/names.ts';
import type { CredentialCheck } from './credential-check.ts';
import { type CredentialHeader, readCredentials } from './read-credential.ts';

export type Verdict =
  | { readonly open: true; readonly credentials: readonly CredentialHeader[] }
  | { readonly open: false; readonly presented: boolean };

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
  let open = door.public;
  for (const { header, token } of presented) {
    const grant = await check.find(token);
    if (grant !== null || TOKEN_FORM.test(token)) credentials.push(header);
    if (grant !== null && check.opens(grant, door.project, now())) open = true;
  }
  return open ? { open, credentials } : { open, presented: presented.length > 0 };
}
