// Aliases of a function's versions: names that its owner moves from one version to another.

import type { Caller } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord } from '../model/function.ts';
import { aliasesPerFunctionMax, nameLengthMax } from '../model/limits.ts';
import type { Store } from '../store/store.ts';
import { type EdgeAddress, labelledUrl } from './addresses.ts';
import { functionEntry } from './audit-entry.ts';
import type { Catalog } from './catalog.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { AliasView, FunctionRef } from './platform.ts';
import { findVersion } from './versions.ts';

export interface FunctionAliasesOptions {
  readonly store: Store;
  readonly catalog: Catalog;
  readonly queue: ChangeQueue;
  readonly edge: EdgeAddress;
  readonly publish: (functionId: string) => Promise<void>;
}

export class FunctionAliases {
  readonly #options: FunctionAliasesOptions;

  constructor(options: FunctionAliasesOptions) {
    this.#options = options;
  }

  async list(by: Caller, ref: FunctionRef): Promise<AliasView[]> {
    const { store, queue, edge } = this.#options;
    const { record } = queue.find(by, ref);
    const aliases = await store.aliases.list(record.id);
    return aliases.map((alias) => ({ ...alias, url: labelledUrl(alias.name, record, edge) }));
  }

  async get(by: Caller, ref: FunctionRef, name: string): Promise<AliasView> {
    const found = (await this.list(by, ref)).find((alias) => alias.name === name);
    if (found) return found;
    throw unknownAlias(name);
  }

  /** New or not; when it resolves every front has it. */
  set(by: Caller, ref: FunctionRef, name: string, version: string): Promise<AliasView> {
    return this.#options.queue.change(by, ref, async (entry) => {
      const { store, catalog, edge, publish } = this.#options;
      const { record } = entry;
      refuseLongHost(record, name);
      const before = entry.aliases.get(name);
      if (before === undefined && entry.aliases.size >= aliasesPerFunctionMax) throw tooMany(record);
      const { id } = await findVersion(store, record.id, version);
      const alias = { name, version: id, updatedAt: new Date().toISOString() };
      await store.transaction(async (tx) => {
        await tx.aliases.set(record.id, alias);
        const change = { ...(before !== undefined && { old: before }), new: id };
        await tx.audit.add(functionEntry(by, 'alias.set', record, { [name]: change }));
      });
      catalog.set({ ...entry, aliases: new Map([...entry.aliases, [name, id]]) });
      await publish(record.id);
      return { ...alias, url: labelledUrl(name, record, edge) };
    });
  }

  delete(by: Caller, ref: FunctionRef, name: string): Promise<void> {
    return this.#options.queue.change(by, ref, async (entry) => {
      const { store, catalog, publish } = this.#options;
      const { record } = entry;
      const before = entry.aliases.get(name);
      if (before === undefined) throw unknownAlias(name);
      await store.transaction(async (tx) => {
        await tx.aliases.remove(record.id, name);
        await tx.audit.add(functionEntry(by, 'alias.delete', record, { [name]: { old: before } }));
      });
      const aliases = new Map(entry.aliases);
      aliases.delete(name);
      catalog.set({ ...entry, aliases });
      await publish(record.id);
    });
  }
}

const unknownAlias = (name: string): AppError =>
  new AppError('FN_001', `This function has no alias "${name.slice(0, 80)}": GET …/aliases lists them.`);

const tooMany = ({ name }: FunctionRecord): AppError =>
  new AppError(
    'FN_006',
    `"${name}" has ${aliasesPerFunctionMax} aliases, which is the most it may have: delete one first.`,
  );

function refuseLongHost(record: FunctionRecord, name: string): void {
  const label = `${name}-${record.name}`;
  if (label.length <= nameLengthMax) return;
  throw new AppError(
    'FN_006',
    `The alias would answer at "${label}", which has ${label.length} characters, and a host label has at most ${nameLengthMax}: choose a shorter name.`,
  );
}
