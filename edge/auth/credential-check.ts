// Tells what a token opens. The table holds SHA-256 digests only, so a look-up by digest compares nothing that
// a client's timing could reveal.

import type { Credentials } from '../contract/routing-table.ts';

/** Tokens whose grant is remembered. Beyond, all are forgotten; that costs a digest each, nothing more. */
export const verdictsRememberedMax = 1000;
/** Longer ones are no token of ours and are not worth a digest. */
export const tokenLengthMax = 4096;
/** A credential in use is told to control once in this time. */
const usedEveryMs = 60_000;

/** What a credential of the table opens. */
export interface Grant {
  readonly digest: string;
  readonly role: Credentials[string]['role'];
  readonly projects: ReadonlySet<string> | null;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number | null;
  usedAt: number;
}

export class CredentialCheck {
  #grants: ReadonlyMap<string, Grant> = new Map();
  /** By token; null for one that the table does not know. */
  readonly #known = new Map<string, Grant | null>();
  readonly #used = new Set<string>();

  /** Takes the table's credentials; whatever was made of the earlier ones is forgotten. */
  replace(credentials: Credentials): void {
    const before = this.#grants;
    this.#grants = new Map(
      Object.entries(credentials).map(([digest, { role, projects, expiresAt }]) => [
        digest,
        {
          digest,
          role,
          projects: projects && new Set(projects),
          expiresAt,
          usedAt: before.get(digest)?.usedAt ?? Number.NEGATIVE_INFINITY,
        },
      ]),
    );
    this.#known.clear();
  }

  /** The remembered grant, or null for a token that opens nothing; undefined if it must be looked at first. */
  known(token: string): Grant | null | undefined {
    return token.length > tokenLengthMax ? null : this.#known.get(token);
  }

  async find(token: string): Promise<Grant | null> {
    const known = this.known(token);
    if (known !== undefined) return known;
    const digest = await sha256(token);
    // Judged after the wait and by the credentials of now, which may be newer than those at its beginning.
    const grant = this.#grants.get(digest) ?? null;
    if (this.#known.size >= verdictsRememberedMax) this.#known.clear();
    this.#known.set(token, grant);
    return grant;
  }

  /** Whether a grant opens functions of `project` at this moment. If so, control is told that it was used. */
  opens(grant: Grant, project: string, now: number): boolean {
    if (grant.expiresAt !== null && now >= grant.expiresAt) return false;
    if (grant.projects !== null && !grant.projects.has(project)) return false;
    if (now - grant.usedAt >= usedEveryMs) {
      grant.usedAt = now;
      this.#used.add(grant.digest);
    }
    return true;
  }

  /** Digests of what was used and not told yet. */
  takeUsed(): string[] {
    const used = [...this.#used];
    this.#used.clear();
    return used;
  }
}

async function sha256(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
