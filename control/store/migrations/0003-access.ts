// API keys, and the log of who changed what.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('keys')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('role', 'text', (column) => column.notNull())
    .addColumn('projects', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull().unique())
    .addColumn('prefix', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('expires_at', 'text')
    .addColumn('last_used_at', 'text')
    .execute();

  // Nothing here refers to another table: an entry outlives the function and the key that it tells of.
  await db.schema
    .createTable('audit')
    .addColumn('sequence', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('time', 'text', (column) => column.notNull())
    .addColumn('actor_id', 'text')
    .addColumn('actor_name', 'text', (column) => column.notNull())
    .addColumn('actor_role', 'text')
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('project', 'text')
    .addColumn('function_id', 'text')
    .addColumn('function_name', 'text')
    .addColumn('key_id', 'text')
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('address', 'text')
    .addColumn('changes', 'text', (column) => column.notNull())
    .addColumn('refused', 'text', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('audit_project').on('audit').columns(['project', 'sequence']).execute();
  await db.schema.createIndex('audit_function').on('audit').columns(['function_id', 'sequence']).execute();
}

export const access: Migration = { up };
