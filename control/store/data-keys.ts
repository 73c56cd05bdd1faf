// Data keys as stored: wrapped, each with the id of the master key that opens it. One transaction wraps them all
// again, so that all of them name the same one.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import { readRow } from './row.ts';
import type { DataKeysTable, Schema } from './schema.ts';

export interface DataKeyRecord {
  /** Empty for the platform's own. */
  readonly project: string;
  readonly wrapped: string;
  readonly masterKey: string;
  readonly createdAt: string;
}

const rowSchema = z.strictObject({
  project: z.string(),
  wrapped: z.string(),
  master_key: z.string(),
  created_at: z.string(),
});

function toRecord(row: DataKeysTable): DataKeyRecord {
  const { master_key, created_at, ...same } = readRow(rowSchema, row, 'data_keys', row.project);
  return { ...same, masterKey: master_key, createdAt: created_at };
}

export class DataKeys {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async all(): Promise<DataKeyRecord[]> {
    const rows = await this.#db.selectFrom('data_keys').selectAll().orderBy('project').execute();
    return rows.map(toRecord);
  }

  async insert({ project, wrapped, masterKey, createdAt }: DataKeyRecord): Promise<void> {
    await this.#db
      .insertInto('data_keys')
      .values({ project, wrapped, master_key: masterKey, created_at: createdAt })
      .execute();
  }

  async rewrap(project: string, wrapped: string, masterKey: string): Promise<void> {
    await this.#db
      .updateTable('data_keys')
      .set({ wrapped, master_key: masterKey })
      .where('project', '=', project)
      .execute();
  }
}
