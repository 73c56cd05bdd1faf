// Classes of Durable Objects, and dispatch namespaces.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('object_classes')
    .addColumn('function_id', 'text', (column) =>
      column.notNull().references('functions.id').onDelete('cascade'),
    )
    .addColumn('class_name', 'text', (column) => column.notNull())
    .addColumn('unique_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('object_classes_pk', ['function_id', 'class_name'])
    .execute();
  await db.schema
    .createTable('dispatch_namespaces')
    .addColumn('id', 'text', (column) => column.notNull().primaryKey())
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('dispatch_namespaces_name', ['project', 'name'])
    .execute();
}

export const durableObjects: Migration = { up };
