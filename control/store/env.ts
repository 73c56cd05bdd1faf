// Environment variables of functions. What is secret is sealed before it gets here.

import { strict as assert } from 'node:assert';
import type { Kysely } from 'kysely';
import type { EnvVariable } from '../model/function.ts';
import type { FunctionId } from '../model/ids.ts';
import { isSealed } from '../model/sealed.ts';
import type { Schema } from './schema.ts';

export class Env {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** By key. */
  async list(functionId: FunctionId): Promise<EnvVariable[]> {
    const rows = await this.#db
      .selectFrom('env')
      .selectAll()
      .where('function_id', '=', functionId)
      .orderBy('key')
      .execute();
    return rows.map((row) => ({
      key: row.key,
      value: row.value,
      secret: row.secret === 1,
      ...(row.json === 1 && { json: true as const }),
      updatedAt: row.updated_at,
    }));
  }

  /** Names only, by key, for a page of functions in one query; a function without variables has no entry. */
  async names(functionIds: readonly FunctionId[]): Promise<Map<FunctionId, string[]>> {
    if (functionIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('env')
      .select(['function_id', 'key'])
      .where('function_id', 'in', functionIds)
      .orderBy('key')
      .execute();
    const names = new Map<FunctionId, string[]>();
    for (const row of rows) {
      const own = names.get(row.function_id);
      if (own === undefined) names.set(row.function_id, [row.key]);
      else own.push(row.key);
    }
    return names;
  }

  /** Sets one variable, new or not. */
  async set(functionId: FunctionId, variable: EnvVariable): Promise<void> {
    assert(!variable.secret || isSealed(variable.value), 'a secret is sealed before it is stored');
    const columns = {
      value: variable.value,
      secret: variable.secret ? 1 : 0,
      json: variable.json ? 1 : 0,
      updated_at: variable.updatedAt,
    };
    await this.#db
      .insertInto('env')
      .values({ function_id: functionId, key: variable.key, ...columns })
      .onConflict((conflict) => conflict.columns(['function_id', 'key']).doUpdateSet(columns))
      .execute();
  }

  /** False if there was none of that name. */
  async remove(functionId: FunctionId, key: string): Promise<boolean> {
    const result = await this.#db
      .deleteFrom('env')
      .where('function_id', '=', functionId)
      .where('key', '=', key)
      .executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  /** Takes all variables away, for an update that replaces the environment as a whole. */
  async clear(functionId: FunctionId): Promise<void> {
    await this.#db.deleteFrom('env').where('function_id', '=', functionId).execute();
  }
}
