// Environments as stored: those that were made, and what was said of those that are there anyway.

import type { Kysely } from 'kysely';
import { BUILT_IN_ENVIRONMENTS, type EnvironmentRecord, isBuiltIn } from '../model/environment.ts';
import type { Schema } from './schema.ts';

export class Environments {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Those of every project first, in the order in which a change goes through them; then the others by name. */
  async list(project: string): Promise<EnvironmentRecord[]> {
    const rows = await this.#db
      .selectFrom('environments')
      .selectAll()
      .where('project', '=', project)
      .orderBy('name')
      .execute();
    const stored = rows.map((row) => ({
      ...{ project, name: row.name, description: row.description },
      createdAt: row.created_at,
    }));
    const builtIn = BUILT_IN_ENVIRONMENTS.map((name) => ({
      ...{ project, name, createdAt: null },
      description: stored.find((one) => one.name === name)?.description ?? '',
    }));
    return [...builtIn, ...stored.filter(({ name }) => !isBuiltIn(name))];
  }

  /** Undefined for one that has to be made and was not. */
  async get(project: string, name: string): Promise<EnvironmentRecord | undefined> {
    return (await this.list(project)).find((one) => one.name === name);
  }

  /** Makes it, or changes its description. */
  async put(project: string, name: string, description: string, now: string): Promise<void> {
    await this.#db
      .insertInto('environments')
      .values({ project, name, description, created_at: now })
      .onConflict((conflict) => conflict.columns(['project', 'name']).doUpdateSet({ description }))
      .execute();
  }

  async remove(project: string, name: string): Promise<void> {
    await this.#db
      .deleteFrom('environments')
      .where('project', '=', project)
      .where('name', '=', name)
      .execute();
  }
}
