// Projects get settings, and environments; variables that are set for a project, an environment, or a function in one.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  for (const [column, empty] of [
    ['description', ''],
    ['settings', '{}'],
  ] as const) {
    await schema
      .alterTable('projects')
      .addColumn(column, 'text', (built) => built.notNull().defaultTo(empty))
      .execute();
  }

  await schema
    .createTable('environments')
    .addColumn('project', 'text', (column) =>
      column.notNull().references('projects.name').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('description', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('environments_pk', ['project', 'name'])
    .execute();

  // An empty text in place of null: a key that holds null is never equal to itself.
  await schema
    .createTable('overlay_env')
    .addColumn('project', 'text', (column) =>
      column.notNull().references('projects.name').onDelete('cascade'),
    )
    .addColumn('environment', 'text', (column) => column.notNull())
    .addColumn('base', 'text', (column) => column.notNull())
    .addColumn('key', 'text', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('secret', 'integer', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('overlay_env_pk', ['project', 'environment', 'base', 'key'])
    .execute();

  // Functions whose instances still run with an older overlay: control may die between the two.
  await schema
    .createTable('overlay_renewals')
    .addColumn('function_id', 'text', (column) =>
      column.primaryKey().notNull().references('functions.id').onDelete('cascade'),
    )
    .execute();
}

export const environments: Migration = { up };
