// How far the values that an older Selvedge stored as they were have been sealed, and what SQLite does for that.

import { type Kysely, sql } from 'kysely';
import type { FunctionId, VersionId } from '../model/ids.ts';
import type { Schema } from './schema.ts';

/** `rows`: no row holds a plain secret. `files`: nor does any other byte of the database's files. */
export type SealingStep = 'rows' | 'files';

export interface OldVariable {
  readonly project: string;
  readonly functionId: FunctionId;
  readonly key: string;
  readonly value: string;
  readonly updatedAt: string;
}

export interface OldSettings {
  readonly project: string;
  readonly functionId: FunctionId;
  readonly version: VersionId;
  /** JSON. */
  readonly settings: string;
}

export class SealingProgress {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async isDone(step: SealingStep): Promise<boolean> {
    const row = await this.#db
      .selectFrom('sealing')
      .select('step')
      .where('step', '=', step)
      .executeTakeFirst();
    return row !== undefined;
  }

  async done(step: SealingStep, at: string): Promise<void> {
    await this.#db.insertInto('sealing').values({ step, done_at: at }).execute();
  }

  async oldVariables(): Promise<OldVariable[]> {
    const rows = await this.#db
      .selectFrom('env')
      .innerJoin('functions', 'functions.id', 'env.function_id')
      .select(['functions.project', 'env.function_id', 'env.key', 'env.value', 'env.updated_at'])
      .where('env.secret', '=', 1)
      .execute();
    return rows.map(({ function_id, updated_at, ...row }) => ({
      ...row,
      functionId: function_id,
      updatedAt: updated_at,
    }));
  }

  async oldSettings(): Promise<OldSettings[]> {
    const rows = await this.#db
      .selectFrom('versions')
      .innerJoin('functions', 'functions.id', 'versions.function_id')
      .select(['functions.project', 'versions.function_id', 'versions.id', 'versions.settings'])
      .where('versions.settings', 'like', '%"secret":true%')
      .execute();
    return rows.map(({ function_id, id, ...row }) => ({ ...row, functionId: function_id, version: id }));
  }

  async putVariable({ functionId, key, value }: Omit<OldVariable, 'project' | 'updatedAt'>): Promise<void> {
    await this.#db
      .updateTable('env')
      .set({ value })
      .where('function_id', '=', functionId)
      .where('key', '=', key)
      .execute();
  }

  async putSettings({ functionId, version, settings }: Omit<OldSettings, 'project'>): Promise<void> {
    await this.#db
      .updateTable('versions')
      .set({ settings })
      .where('function_id', '=', functionId)
      .where('id', '=', version)
      .execute();
  }

  /**
   * Writes the database anew and empties its log, so that no page has what rows held before. Outside of a transaction.
   * What the file system keeps of blocks that are free is beyond us.
   */
  async rewriteFiles(): Promise<void> {
    await sql`VACUUM`.execute(this.#db);
    await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(this.#db);
  }
}
