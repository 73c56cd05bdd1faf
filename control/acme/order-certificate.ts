// Orders one certificate of an authority, by ACME: proves each host by HTTP, and gets a certificate for a key that is
// made for it. Thin: what is ordered when is decided elsewhere, and nothing is kept here.

import { readFile } from 'node:fs/promises';
import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import acme from 'acme-client';

/** What an authority knows us by. */
export interface AcmeAccount {
  readonly url: string;
  /** PEM. */
  readonly key: string;
}

export interface AcmeOrder {
  readonly account: AcmeAccount;
  readonly domains: readonly string[];
  /** No answer is waited for any more. */
  readonly signal: AbortSignal;
}

export interface OrderedPair {
  /** PEM, the whole chain. */
  readonly certificate: string;
  readonly key: string;
}

/** Rejects with what the authority says is wrong. */
export type OrderCertificate = (order: AcmeOrder) => Promise<OrderedPair>;

export interface AcmeAuthority {
  readonly directory: string;
  readonly email: string | undefined;
  /** File with the authority that signs the directory's own certificate. */
  readonly ca: string | undefined;
  /** What is to be answered now, by token; resolves when every front does. */
  readonly publish: (challenges: Readonly<Record<string, string>>) => Promise<void>;
}

/** Until one order is given up. */
export const acmeOrderMs = 600_000;
/** How often an authority is asked whether it is done, doubled up to the maximum. */
const pollMs = { min: 1000, max: 30_000 } as const;
const pollAttempts = 20;
const requestMs = 30_000;

/** Makes an account, and agrees to the terms of service in the operator's name. */
export async function createAccount(authority: AcmeAuthority): Promise<AcmeAccount> {
  const key = String(await acme.crypto.createPrivateEcdsaKey('P-256'));
  const client = await clientOf(authority, { key });
  await client.createAccount({
    termsOfServiceAgreed: true,
    ...(authority.email !== undefined && { contact: [`mailto:${authority.email}`] }),
  });
  return { key, url: client.getAccountUrl() };
}

async function clientOf(
  { directory, ca }: AcmeAuthority,
  { key, url }: { readonly key: string; readonly url?: string },
): Promise<acme.Client> {
  const extra = ca === undefined ? undefined : await readFile(ca, 'utf8');
  // The package has one set of defaults for all its clients, and ours all have the same.
  Object.assign(acme.axios.defaults, {
    timeout: requestMs,
    ...(extra !== undefined && { httpsAgent: new Agent({ ca: [...rootCertificates, extra] }) }),
  });
  return new acme.Client({
    ...{ directoryUrl: directory, accountKey: key, backoffAttempts: pollAttempts },
    ...{ backoffMin: pollMs.min, backoffMax: pollMs.max },
    ...(url !== undefined && { accountUrl: url }),
  });
}

export function orderFrom(authority: AcmeAuthority): OrderCertificate {
  const { publish } = authority;
  return async ({ account, domains, signal }) => {
    const client = await clientOf(authority, account);
    const [key, csr] = await acme.crypto.createCsr(
      { commonName: domains[0] as string, altNames: [...domains] },
      await acme.crypto.createPrivateEcdsaKey('P-256'),
    );
    const challenges: Record<string, string> = {};
    const ordered = client.auto({
      csr,
      challengePriority: ['http-01'],
      // From here the hosts may not be reached at all, as behind a router; the authority is who has to.
      skipChallengeVerification: true,
      challengeCreateFn: async (authorization, { type, token }, keyAuthorization) => {
        if (type !== 'http-01')
          throw new Error(
            `${authorization.identifier.value}: the authority proves it by ${type}, and Selvedge by http-01 alone`,
          );
        challenges[token] = keyAuthorization;
        await publish(challenges);
      },
      challengeRemoveFn: async (_authorization, { token }) => {
        delete challenges[token];
        await publish(challenges);
      },
    });
    ordered.catch(() => undefined); // When it is given up, nobody hears how it ends.
    return { certificate: await Promise.race([ordered, givenUp(signal)]), key: String(key) };
  };
}

function givenUp(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the authority has not answered within ${acmeOrderMs / 60_000} minutes`)),
      acmeOrderMs,
    ).unref();
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
    if (signal.aborted) reject(signal.reason);
  });
}
