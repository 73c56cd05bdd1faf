// What a function's secrets have been: each value that was set has a number, its time and who set it. Sealed, as
// everywhere; a version of the function keeps the value that it is pinned to by itself.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { FunctionId } from '../model/ids.ts';
import { secretVersionsMax } from '../model/limits.ts';
import type { SecretVersion } from '../model/secret-version.ts';
import { readRow } from './row.ts';
import type { Schema, SecretVersionsTable } from './schema.ts';

const rowSchema = z.strictObject({
  function_id: z.string(),
  name: z.string(),
  number: z.int(),
  value: z.string(),
  author: z.string(),
  created_at: z.string(),
  deleted_at: z.string().nullable(),
});

function toRecord(row: SecretVersionsTable): SecretVersion {
  const key = `${row.function_id} ${row.name} ${row.number}`;
  const { name, number, author, created_at, deleted_at } = readRow(rowSchema, row, 'secret_versions', key);
  return { name, number, author, createdAt: created_at, deletedAt: deleted_at };
}

export interface NewSecretVersion {
  readonly name: string;
  /** Sealed. */
  readonly value: string;
  readonly author: string;
  readonly createdAt: string;
}

export class SecretVersions {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Gives it the next number, and forgets those beyond `secretVersionsMax`. Within a transaction. */
  async add(functionId: FunctionId, { name, value, author, createdAt }: NewSecretVersion): Promise<number> {
    const newest = await this.#db
      .selectFrom('secret_versions')
      .select('number')
      .where('function_id', '=', functionId)
      .where('name', '=', name)
      .orderBy('number', 'desc')
      .executeTakeFirst();
    const number = (newest?.number ?? 0) + 1;
    const row = { function_id: functionId, name, number, value, author, created_at: createdAt };
    await this.#db
      .insertInto('secret_versions')
      .values({ ...row, deleted_at: null })
      .execute();
    await this.#db
      .deleteFrom('secret_versions')
      .where('function_id', '=', functionId)
      .where('name', '=', name)
      .where('number', '<=', number - secretVersionsMax)
      .execute();
    return number;
  }

  /** The secret is gone as of `at`; what it was stays. */
  async end(functionId: FunctionId, name: string, at: string): Promise<void> {
    await this.#db
      .updateTable('secret_versions')
      .set({ deleted_at: at })
      .where('function_id', '=', functionId)
      .where('name', '=', name)
      .where('deleted_at', 'is', null)
      .where('number', '=', (query) =>
        query
          .selectFrom('secret_versions as other')
          .select((select) => select.fn.max<number>('other.number').as('newest'))
          .where('other.function_id', '=', functionId)
          .where('other.name', '=', name),
      )
      .execute();
  }

  /** Which of its values this is; null for one that is too old to be told of. Each sealed text is another one. */
  async numberOf(functionId: FunctionId, name: string, value: string): Promise<number | null> {
    const row = await this.#db
      .selectFrom('secret_versions')
      .select('number')
      .where('function_id', '=', functionId)
      .where('name', '=', name)
      .where('value', '=', value)
      .executeTakeFirst();
    return row?.number ?? null;
  }

  /** Of one secret, the newest first. */
  async history(functionId: FunctionId, name: string): Promise<SecretVersion[]> {
    const rows = await this.#db
      .selectFrom('secret_versions')
      .selectAll()
      .where('function_id', '=', functionId)
      .where('name', '=', name)
      .orderBy('number', 'desc')
      .execute();
    return rows.map(toRecord);
  }

  /** The newest of each secret that has not been deleted, by name. */
  async current(functionId: FunctionId): Promise<SecretVersion[]> {
    const rows = await this.#db
      .selectFrom('secret_versions')
      .selectAll()
      .where('function_id', '=', functionId)
      .orderBy('name')
      .orderBy('number', 'desc')
      .execute();
    const newest = rows.filter(({ name }, index) => rows[index - 1]?.name !== name);
    return newest.filter(({ deleted_at }) => deleted_at === null).map(toRecord);
  }
}
