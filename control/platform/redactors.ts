// What hides the values of a version's secrets in what its instances write. Values are known when a config is made of
// them; of an instance that an earlier control started they are opened when it first writes.

import type { FunctionId, VersionId } from '../model/ids.ts';
import { type NamedSecret, type Redactor, redactorOf, redactsNothing } from '../secrets/redactor.ts';
import { runtimeValues } from '../secrets/runtime-values.ts';
import type { Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { BoundedCache } from './bounded-cache.ts';
import { overlaid } from './overlay-of.ts';

/** Characters of values, in memory. */
const cachedLengthMax = 64 * 1024 * 1024;
/** Of a version of which nothing is known any more. */
const NOT_SHOWN = '[not shown: its version is not known any more, and so neither are its secrets]';
const hidesAll: Redactor = {
  text: () => NOT_SHOWN,
  ranges: (bytes) => [{ start: 0, end: Math.max(0, bytes.length - 1) }],
};

interface Known {
  readonly secrets: readonly NamedSecret[];
  readonly redactor: Redactor;
}

export interface RedactorsOptions {
  readonly store: Pick<Store, 'functions' | 'versions' | 'overlay'>;
  readonly vault: Pick<Vault, 'open'>;
}

export class Redactors {
  readonly #options: RedactorsOptions;
  readonly #known = new BoundedCache<Known>(cachedLengthMax, ({ secrets }) =>
    secrets.reduce((length, { value }) => length + value.length, 1),
  );

  constructor(options: RedactorsOptions) {
    this.#options = options;
  }

  /** An instance is about to be given these values. Those of earlier ones of the same version stay known too. */
  learn(functionId: string, version: string, secrets: readonly NamedSecret[]): void {
    const key = `${functionId} ${version}`;
    const before = this.#known.get(key);
    const known = before?.secrets ?? [];
    const added = secrets.filter(
      (one) => !known.some(({ name, value }) => name === one.name && value === one.value),
    );
    if (before && added.length === 0) return;
    const all = [...known, ...added];
    this.#known.set(key, { secrets: all, redactor: redactorOf(all) });
  }

  async of(functionId: FunctionId, version: VersionId): Promise<Redactor> {
    const known = this.#known.get(`${functionId} ${version}`);
    if (known) return known.redactor;
    const { store, vault } = this.#options;
    const [record, stored] = await Promise.all([
      store.functions.get(functionId),
      store.versions.get(functionId, version),
    ]);
    if (!record || !stored) return hidesAll;
    const { version: effective } = await overlaid(store, record, stored);
    const { secret } = runtimeValues(effective.settings.env, (name, sealed) =>
      vault.open(record.project, name, sealed),
    );
    this.learn(functionId, version, secret);
    return this.#known.get(`${functionId} ${version}`)?.redactor ?? redactsNothing;
  }

  /** At once; of a version whose values are not at hand nothing is shown. */
  now(functionId: string, version: string, text: string): string {
    return (this.#known.get(`${functionId} ${version}`)?.redactor ?? hidesAll).text(text);
  }
}
