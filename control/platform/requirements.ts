// Holds functions to what they say they require (`env_required`): before a version goes live, and before a variable
// goes that a live one requires.

import { requiredNames } from '../bundle/required-names.ts';
import { AppError } from '../model/errors.ts';
import type { Code, FunctionRecord, VersionRecord } from '../model/function.ts';
import { type OverlayScope, sourceOf } from '../model/overlay.ts';
import { mergeEnv } from '../plan/merge-env.ts';
import { missingMessage, missingNames } from '../plan/required-env.ts';
import type { Store } from '../store/store.ts';
import type { CatalogEntry } from './catalog.ts';

export interface RequirementsOptions {
  readonly store: Store;
  readonly code: (version: VersionRecord) => Promise<Code>;
}

export class Requirements {
  readonly #options: RequirementsOptions;

  constructor(options: RequirementsOptions) {
    this.#options = options;
  }

  /** @throws {AppError} FN_005 with all names that are missing, and the command that sets them. */
  async check(record: FunctionRecord, version: VersionRecord): Promise<void> {
    const required = await this.#required(record, version);
    if (required.length === 0) return;
    const { project, environment, base } = record;
    const overlay = await this.#options.store.overlay.forFunction(project, environment, base);
    const present = mergeEnv(overlay, version.settings.env).map(({ key }) => key);
    const missing = missingNames(required, present);
    if (missing.length === 0) return;
    const issues = missing.map((name) => ({
      message: `${name} is required and not set`,
      path: 'env_required',
    }));
    throw new AppError('FN_005', missingMessage(record, missing), { issues });
  }

  /** As `check`, of each version that is live. */
  async checkLive(record: FunctionRecord, deployment: CatalogEntry['deployment']): Promise<void> {
    for (const { version: id } of deployment?.versions ?? []) {
      const version = await this.#options.store.versions.get(record.id, id);
      if (version) await this.check(record, version);
    }
  }

  /** @throws {AppError} FN_006 with status 409 if one of `entries` is live and would lack `key`. */
  async refuseLoss(entries: readonly CatalogEntry[], scope: OverlayScope, key: string): Promise<void> {
    const { store } = this.#options;
    for (const { record, deployment } of entries) {
      for (const { version: id } of deployment?.versions ?? []) {
        const version = await store.versions.get(record.id, id);
        if (!version || !(await this.#required(record, version)).includes(key)) continue;
        const { project, environment, base } = record;
        const overlay = await store.overlay.forFunction(project, environment, base);
        const left = overlay.filter((one) => one.key !== key || sourceOf(one) !== sourceOf(scope));
        if (mergeEnv(left, version.settings.env).some((one) => one.key === key)) continue;
        throw new AppError(
          'FN_006',
          `"${record.name}" is live and requires ${key} (env_required), which it would then lack: take it from env_required first, or set it elsewhere.`,
          { status: 409 },
        );
      }
    }
  }

  /** By its settings and, of a `baas` handler, by the config that the version exports. */
  async #required(record: FunctionRecord, version: VersionRecord): Promise<readonly string[]> {
    const own =
      version.convention === 'baas'
        ? await requiredNames(await this.#options.code(version), record.handler)
        : [];
    return [...record.envRequired, ...own];
  }
}
