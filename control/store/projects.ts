// Projects: a name for functions that belong together.

import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';

export interface ProjectRecord {
  readonly name: string;
  readonly createdAt: string;
}

export class Projects {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Makes the project if it does not exist; true if it was made. */
  async ensure(name: string, now: string): Promise<boolean> {
    const result = await this.#db
      .insertInto('projects')
      .values({ name, created_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  async get(name: string): Promise<ProjectRecord | undefined> {
    const row = await this.#db.selectFrom('projects').selectAll().where('name', '=', name).executeTakeFirst();
    return row && { name: row.name, createdAt: row.created_at };
  }

  /** By name. */
  async all(): Promise<ProjectRecord[]> {
    const rows = await this.#db.selectFrom('projects').selectAll().orderBy('name').execute();
    return rows.map((row) => ({ name: row.name, createdAt: row.created_at }));
  }
}
