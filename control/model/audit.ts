// The audit log: who changed what, and what was refused.

import type { Role } from './access.ts';

export const AUDIT_ACTIONS = [
  'function.create',
  'function.update',
  'function.deploy',
  'function.rollback',
  'function.delete',
  'function.promote',
  'alias.set',
  'alias.delete',
  'rollout.start',
  'rollout.promote',
  'rollout.pause',
  'rollout.resume',
  'rollout.abort',
  'rollout.end',
  'cache.purge',
  'env.set',
  'env.delete',
  'project.create',
  'project.update',
  'project.delete',
  'environment.create',
  'environment.update',
  'environment.delete',
  'namespace.create',
  'namespace.rename',
  'namespace.delete',
  'experiment.reset',
  'key.create',
  'key.revoke',
  'region.create',
  'region.update',
  'region.delete',
  'certificate.add',
  'certificate.remove',
  'api_key.create',
  'api_key.revoke',
  'master_key.rotate',
  'access.refuse',
  'version.refuse',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * By field. Settings are told with their values; variables with their kind (`plain`, `secret`) and never their
 * value; source not at all.
 */
export type AuditChanges = Readonly<Record<string, { readonly old?: unknown; readonly new?: unknown }>>;

export interface AuditEntry {
  /** Of the change, or of the last of the requests that were refused. ISO 8601. */
  readonly time: string;
  readonly actor: {
    /** Null for a request whose credential was not accepted. */
    readonly id: string | null;
    readonly name: string;
    readonly role: Role | null;
  };
  readonly action: AuditAction;
  readonly project: string | null;
  readonly function: { readonly id: string; readonly name: string } | null;
  /** Id of the key that was made or revoked. */
  readonly key: string | null;
  readonly requestId: string;
  readonly address: string | null;
  readonly changes: AuditChanges;
  /** Of `access.refuse`: like requests of about a minute are one entry. */
  readonly refused: {
    readonly status: 401 | 403;
    /** Name of the operation; null for a path that is none. */
    readonly operation: string | null;
    readonly count: number;
  } | null;
}

/** As it was stored: with its place in the log. */
export interface AuditRecord extends AuditEntry {
  readonly id: string;
}
