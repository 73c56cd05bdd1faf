// Sealed secrets: the data keys that seal them, their history, and how far the values of before are sealed. SQL can't
// seal, so that control does it when it has the master key: control/secrets/seal-old-rows.ts.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('data_keys')
    .addColumn('project', 'text', (column) => column.primaryKey().notNull())
    .addColumn('wrapped', 'text', (column) => column.notNull())
    .addColumn('master_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();

  await db.schema
    .createTable('secret_versions')
    .addColumn('function_id', 'text', (column) =>
      column.notNull().references('functions.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('value', 'text', (column) => column.notNull())
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('deleted_at', 'text')
    .addPrimaryKeyConstraint('secret_versions_pk', ['function_id', 'name', 'number'])
    .execute();

  // Beside the data keys, which a new database has none of either.
  await db.schema
    .createTable('sealing')
    .addColumn('step', 'text', (column) => column.primaryKey().notNull())
    .addColumn('done_at', 'text', (column) => column.notNull())
    .execute();
}

export const secrets: Migration = { up };
