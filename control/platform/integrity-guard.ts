// Stands before each start of an instance: a version whose bundle or row is not what was signed is refused, and that
// is told to the operator in the log, in /health and in the audit log. What runs already goes on.

import { randomUUID } from 'node:crypto';
import type { SigningKey } from '../integrity/signing-key.ts';
import { signatureFault, signVersion } from '../integrity/version-signature.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord, VersionRecord } from '../model/function.ts';
import type { Bundles } from '../store/bundles.ts';
import type { Store } from '../store/store.ts';
import type { PlatformLog } from './platform-log.ts';

/** Refused versions that are remembered, for /health. */
export const refusedMax = 100;

const CURE = 'Restore it from a backup of the data directory, or deploy the function from its source again.';

export interface IntegrityGuardOptions {
  readonly key: SigningKey;
  readonly bundles: Pick<Bundles, 'get'>;
  readonly store: Pick<Store, 'audit'>;
  readonly log: Pick<PlatformLog, 'error'>;
}

export type Owner = Pick<FunctionRecord, 'id' | 'name' | 'project'>;

export class IntegrityGuard {
  readonly #options: IntegrityGuardOptions;
  /** By function and version: what is wrong. */
  readonly #refused = new Map<string, string>();

  constructor(options: IntegrityGuardOptions) {
    this.#options = options;
  }

  get key(): SigningKey {
    return this.#options.key;
  }

  sign(version: VersionRecord): VersionRecord {
    return { ...version, signature: signVersion(this.#options.key, version) };
  }

  /** Before something new is made of it. @throws {AppError} SYS_004 */
  assertSigned(owner: Owner, version: VersionRecord): void {
    const fault = signatureFault(this.#options.key, version);
    if (fault !== undefined) throw this.#refuse(owner, version, fault);
  }

  /** Before it starts; gives the bundle's bytes. @throws {AppError} SYS_004 */
  async check(owner: Owner, version: VersionRecord): Promise<Uint8Array> {
    this.assertSigned(owner, version);
    const bytes = await this.#options.bundles.get(version.bundle).catch((error: unknown) => {
      if (!(error instanceof AppError) || error.code !== 'SYS_004') throw error;
      throw this.#refuse(owner, version, 'has a bundle that is missing or was changed', error);
    });
    this.#refused.delete(nameOf(owner, version));
    return bytes;
  }

  get refused(): number {
    return this.#refused.size;
  }

  /** For /health. */
  problems(): string[] {
    return [...this.#refused.values()];
  }

  /** Those of a function that is gone are nobody's concern any more. */
  forget(functionId: string): void {
    for (const name of this.#refused.keys())
      if (name.startsWith(`${functionId} `)) this.#refused.delete(name);
  }

  #refuse(owner: Owner, version: VersionRecord, fault: string, cause?: unknown): AppError {
    const message = `Version ${version.id.slice(0, 8)} of "${owner.name}" in project "${owner.project}" ${fault}, so it is not started. ${CURE}`;
    this.#tell(owner, version, fault, message, cause);
    return new AppError('SYS_004', message, { retryAfterSeconds: 60 }, cause);
  }

  /** Once, and not for each request that would start it. */
  #tell(owner: Owner, version: VersionRecord, fault: string, message: string, cause: unknown): void {
    const { store, log } = this.#options;
    const name = nameOf(owner, version);
    if (this.#refused.get(name) === message) return;
    if (this.#refused.size >= refusedMax) this.#refused.delete(String(this.#refused.keys().next().value));
    this.#refused.set(name, message);
    const { id: version_id, bundle } = version;
    const details = { function: owner.id, version: version_id, bundle, cause: cause && String(cause) };
    log.error(message, details);
    store.audit
      .add({
        time: new Date().toISOString(),
        actor: { id: null, name: 'selvedge', role: null },
        action: 'version.refuse',
        project: owner.project,
        function: { id: owner.id, name: owner.name },
        key: null,
        requestId: randomUUID(),
        address: null,
        changes: { version: { new: version_id }, reason: { new: fault } },
        refused: null,
      })
      .catch((error: unknown) =>
        log.error('a refused version is not in the audit log', { ...details, error: String(error) }),
      );
  }
}

const nameOf = ({ id }: Pick<Owner, 'id'>, version: VersionRecord): string => `${id} ${version.id}`;
