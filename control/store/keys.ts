// API keys as stored: by the SHA-256 of their token, never the token.
//
// A plain hash is enough. Slow hashes protect what people think up, by making each guess dear; a token has 238
// random bits, so there is nothing to guess. And a hash that is a look-up key can be asked for at every request.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import { type KeyRecord, ROLES } from '../model/access.ts';
import type { KeyId } from '../model/ids.ts';
import { id, json, readRow } from './row.ts';
import type { KeysTable, Schema } from './schema.ts';

const rowSchema = z.strictObject({
  id: id<KeyId>(),
  name: z.string(),
  role: z.enum(ROLES),
  projects: json(z.array(z.string()).nullable()),
  hash: z.string().length(64),
  prefix: z.string(),
  created_at: z.string(),
  expires_at: z.string().nullable(),
  last_used_at: z.string().nullable(),
});

function toRecord(row: KeysTable): KeyRecord {
  const { created_at, expires_at, last_used_at, ...same } = readRow(rowSchema, row, 'keys', row.id);
  return { ...same, createdAt: created_at, expiresAt: expires_at, lastUsedAt: last_used_at };
}

export class Keys {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(key: KeyRecord): Promise<void> {
    const { createdAt, expiresAt, lastUsedAt, projects, ...same } = key;
    await this.#db
      .insertInto('keys')
      .values({
        ...same,
        projects: JSON.stringify(projects),
        created_at: createdAt,
        expires_at: expiresAt,
        last_used_at: lastUsedAt,
      })
      .execute();
  }

  /** Oldest first: what control starts from. */
  async all(): Promise<KeyRecord[]> {
    const rows = await this.#db.selectFrom('keys').selectAll().orderBy('created_at').orderBy('id').execute();
    return rows.map(toRecord);
  }

  async count(): Promise<number> {
    const row = await this.#db
      .selectFrom('keys')
      .select((select) => select.fn.countAll<number | bigint | string>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  /** Keys that were revoked meanwhile are passed over. One transaction. */
  async recordUse(times: ReadonlyMap<KeyId, string>): Promise<void> {
    if (times.size === 0) return;
    await this.#db.transaction().execute(async (db) => {
      for (const [key, time] of times) {
        await db.updateTable('keys').set({ last_used_at: time }).where('id', '=', key).execute();
      }
    });
  }

  /** False if there was none. */
  async remove(key: KeyId): Promise<boolean> {
    const result = await this.#db.deleteFrom('keys').where('id', '=', key).executeTakeFirst();
    return result.numDeletedRows > 0n;
  }
}
