// Aliases as stored: names that lead to one version of a function each.

import type { Kysely } from 'kysely';
import type { FunctionId, VersionId } from '../model/ids.ts';
import type { Schema } from './schema.ts';

export interface Alias {
  readonly name: string;
  readonly version: VersionId;
  readonly updatedAt: string;
}

export class Aliases {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** By name. */
  async list(functionId: FunctionId): Promise<Alias[]> {
    const rows = await this.#db
      .selectFrom('aliases')
      .selectAll()
      .where('function_id', '=', functionId)
      .orderBy('name')
      .execute();
    return rows.map(({ name, version, updated_at }) => ({ name, version, updatedAt: updated_at }));
  }

  /** Of every function that has some: what control starts from. */
  async all(): Promise<Map<FunctionId, Map<string, VersionId>>> {
    const rows = await this.#db.selectFrom('aliases').selectAll().orderBy('name').execute();
    const all = new Map<FunctionId, Map<string, VersionId>>();
    for (const { function_id, name, version } of rows) {
      const own = all.get(function_id);
      if (own === undefined) all.set(function_id, new Map([[name, version]]));
      else own.set(name, version);
    }
    return all;
  }

  /** New or not. */
  async set(functionId: FunctionId, { name, version, updatedAt }: Alias): Promise<void> {
    const columns = { version, updated_at: updatedAt };
    await this.#db
      .insertInto('aliases')
      .values({ function_id: functionId, name, ...columns })
      .onConflict((conflict) => conflict.columns(['function_id', 'name']).doUpdateSet(columns))
      .execute();
  }

  /** False if there was none of that name. */
  async remove(functionId: FunctionId, name: string): Promise<boolean> {
    const result = await this.#db
      .deleteFrom('aliases')
      .where('function_id', '=', functionId)
      .where('name', '=', name)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }
}
