// Keys of functions' visitors as stored: by the SHA-256 of their token, never the token. Why a plain hash is enough:
// keys.ts.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { ApiKeyRecord } from '../model/api-key.ts';
import type { ApiKeyId, FunctionId } from '../model/ids.ts';
import { id, json, readRow } from './row.ts';
import type { ApiKeysTable, Schema } from './schema.ts';

const rowSchema = z.strictObject({
  id: id<ApiKeyId>(),
  name: z.string(),
  project: z.string(),
  function_id: id<FunctionId>().nullable(),
  scopes: json(z.array(z.string())),
  hash: z.string().length(64),
  prefix: z.string(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
});

function toRecord(row: ApiKeysTable): ApiKeyRecord {
  const { created_at, expires_at, function_id, last_used_at, ...same } = readRow(
    rowSchema,
    row,
    'api_keys',
    row.id,
  );
  return {
    ...same,
    ...{ functionId: function_id, createdAt: created_at, expiresAt: expires_at, lastUsedAt: last_used_at },
  };
}

export class ApiKeys {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert({
    createdAt,
    expiresAt,
    functionId,
    lastUsedAt,
    scopes,
    ...same
  }: ApiKeyRecord): Promise<void> {
    await this.#db
      .insertInto('api_keys')
      .values({
        ...{ ...same, scopes: JSON.stringify(scopes), function_id: functionId },
        ...{ created_at: createdAt, expires_at: expiresAt, last_used_at: lastUsedAt },
      })
      .execute();
  }

  /** Oldest first: what control starts from. */
  async all(): Promise<ApiKeyRecord[]> {
    const rows = await this.#db
      .selectFrom('api_keys')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(toRecord);
  }

  async count(): Promise<number> {
    const row = await this.#db
      .selectFrom('api_keys')
      .select((select) => select.fn.countAll<number | bigint | string>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  /** Keys that were revoked meanwhile are passed over. One transaction. */
  async recordUse(times: ReadonlyMap<ApiKeyId, string>): Promise<void> {
    if (times.size === 0) return;
    await this.#db.transaction().execute(async (db) => {
      for (const [key, time] of times)
        await db.updateTable('api_keys').set({ last_used_at: time }).where('id', '=', key).execute();
    });
  }

  /** False if there was none. */
  async remove(key: ApiKeyId): Promise<boolean> {
    const result = await this.#db.deleteFrom('api_keys').where('id', '=', key).executeTakeFirst();
    return result.numDeletedRows > 0n;
  }

  async removeOfProject(project: string): Promise<void> {
    await this.#db.deleteFrom('api_keys').where('project', '=', project).execute();
  }

  /** Keys that open a function that is gone. */
  async removeOfFunction(functionId: FunctionId): Promise<void> {
    await this.#db.deleteFrom('api_keys').where('function_id', '=', functionId).execute();
  }
}
