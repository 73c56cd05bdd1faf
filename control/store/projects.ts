// Projects: a name for functions that belong together, and what they have in common.

import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { type ProjectRecord, projectSettingsSchema } from '../model/project.ts';
import type { Page, PageRequest } from '../platform/platform.ts';
import { readCursor, toPage } from './cursor.ts';
import { json, readRow } from './row.ts';
import type { ProjectsTable, Schema } from './schema.ts';

const rowSchema = z.strictObject({
  name: z.string(),
  description: z.string(),
  settings: json(projectSettingsSchema),
  created_at: z.string(),
});

function toRecord(row: Selectable<ProjectsTable>): ProjectRecord {
  const { created_at, ...same } = readRow(rowSchema, row, 'projects', row.name);
  return { ...same, createdAt: created_at };
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
      .values({ name, description: '', settings: '{}', created_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  async get(name: string): Promise<ProjectRecord | undefined> {
    const row = await this.#db.selectFrom('projects').selectAll().where('name', '=', name).executeTakeFirst();
    return row && toRecord(row);
  }

  async all(): Promise<ProjectRecord[]> {
    const rows = await this.#db.selectFrom('projects').selectAll().orderBy('name').execute();
    return rows.map(toRecord);
  }

  /** By name; of `projects` alone, if it is given. */
  async list(
    page: PageRequest & { readonly projects: readonly string[] | null },
  ): Promise<Page<ProjectRecord>> {
    let select = this.#db.selectFrom('projects').selectAll();
    if (page.projects) select = select.where('name', 'in', page.projects);
    if (page.cursor !== undefined) select = select.where('name', '>', readCursor(page.cursor)[0]);
    const rows = await select
      .orderBy('name')
      .limit(page.limit + 1)
      .execute();
    return toPage(rows.map(toRecord), page.limit, ({ name }) => [name, '']);
  }

  async update(
    name: string,
    { description, settings }: Omit<ProjectRecord, 'name' | 'createdAt'>,
  ): Promise<void> {
    await this.#db
      .updateTable('projects')
      .set({ description, settings: JSON.stringify(settings) })
      .where('name', '=', name)
      .execute();
  }

  /** With its environments and variables. Its functions have to be gone already. */
  async remove(name: string): Promise<void> {
    await this.#db.deleteFrom('projects').where('name', '=', name).execute();
  }
}
