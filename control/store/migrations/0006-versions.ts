// Versions with what is said of them, aliases, and what a function is in an environment.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  const text = (table: string, name: string, value: string): Promise<void> =>
    schema
      .alterTable(table)
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(value))
      .execute();
  const nullable = (table: string, name: string): Promise<void> =>
    schema.alterTable(table).addColumn(name, 'text').execute();

  await text('functions', 'environment', 'prod');
  await text('functions', 'base', '');
  await sql`update functions set base = name`.execute(db);
  await text('functions', 'env_required', '[]');
  await text('functions', 'sticky', '{"by":"random"}');
  await nullable('functions', 'shadow');
  await text('functions', 'crons', '[]');
  await nullable('functions', 'migration_tag');
  await text('functions', 'bindings', '[]');
  await nullable('functions', 'assets');

  await schema
    .alterTable('env')
    .addColumn('json', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();

  await text('versions', 'annotations', '{}');
  await nullable('versions', 'signature');
  await nullable('versions', 'audit');
  await text('deployments', 'details', '{}');

  await schema
    .createTable('aliases')
    .addColumn('function_id', 'text', (column) =>
      column.notNull().references('functions.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('aliases_pk', ['function_id', 'name'])
    .execute();
}

export const versions: Migration = { up };
