// What of the answers that the cache keeps a caller may see, and have forgotten.

import type { CacheStatus } from '../cache/contract.ts';
import { type Caller, inScope } from '../model/access.ts';
import type { CachePurge } from '../model/cache-purge.ts';
import { AppError } from '../model/errors.ts';
import type { Store } from '../store/store.ts';
import type { CacheProcess } from '../workerd/cache-process.ts';
import { functionEntry, projectEntry } from './audit-entry.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import type { CacheView, FunctionRef } from './platform.ts';
import { refuseOutsideOfScope } from './scope.ts';

export interface KeptPagesOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly cache: Pick<CacheProcess, 'purge' | 'status'>;
  readonly find: (by: Caller, ref: FunctionRef) => CatalogEntry;
}

export class KeptPages {
  readonly #options: KeptPagesOptions;

  constructor(options: KeptPagesOptions) {
    this.#options = options;
  }

  /** When it resolves, no front answers with any of it. Tells how many entries that were. */
  async purge(by: Caller, { project, function: name, ...what }: CachePurge): Promise<number> {
    const { store } = this.#options;
    if (project !== undefined) refuseOutsideOfScope(by, project);
    if (name !== undefined) {
      const { record } = this.#options.find(by, { idOrName: name, project, environment: undefined });
      const purged = await this.#ask((cache) => cache.purge({ function: record.id, ...what }));
      await store.audit.add(functionEntry(by, 'cache.purge', record, told(what, purged)));
      return purged;
    }
    // A key for some projects has no more than theirs forgotten.
    const projects = project === undefined ? by.actor.projects : [project];
    if (projects === null) {
      const purged = await this.#ask((cache) => cache.purge(what));
      await store.audit.add({ ...projectEntry(by, 'cache.purge', '', told(what, purged)), project: null });
      return purged;
    }
    let sum = 0;
    for (const one of projects) {
      const purged = await this.#ask((cache) => cache.purge({ project: one, ...what }));
      await store.audit.add(projectEntry(by, 'cache.purge', one, told(what, purged)));
      sum += purged;
    }
    return sum;
  }

  async view({ actor }: Caller): Promise<CacheView> {
    const { bytes, bytesMax, entries, evicted, collapsed, functions } = await this.#ask((cache) =>
      cache.status(),
    );
    return {
      ...{ bytes, bytesMax, entries, evicted, collapsed },
      functions: this.#functionsOf(functions, actor.projects),
    };
  }

  #functionsOf(
    functions: CacheStatus['functions'],
    scope: Caller['actor']['projects'],
  ): CacheView['functions'] {
    return Object.entries(functions).flatMap(([id, counts]) => {
      // What is kept of a function that is gone goes by itself.
      const record = this.#options.catalog.get(id)?.record;
      if (!record || !inScope(scope, record.project)) return [];
      return [{ id: record.id, name: record.name, project: record.project, ...counts }];
    });
  }

  /** @throws {AppError} FN_008 when the cache is away. */
  async #ask<T>(ask: (cache: KeptPagesOptions['cache']) => Promise<T>): Promise<T> {
    try {
      return await ask(this.#options.cache);
    } catch (cause) {
      throw new AppError(
        'FN_008',
        `The cache does not answer (${cause instanceof Error ? cause.message : String(cause)}). It is started again within a second: try again.`,
        { retryAfterSeconds: 1 },
        cause,
      );
    }
  }
}

/** Tags and URLs are the owner's words, and are told with how many entries that were. */
function told(
  what: Omit<CachePurge, 'project' | 'function'>,
  purged: number,
): Record<string, { new: unknown }> {
  const named = Object.entries(what).map(([way, value]) => [
    way,
    { new: Array.isArray(value) ? value.slice(0, 20) : value },
  ]);
  return { ...Object.fromEntries(named), purged: { new: purged } };
}
