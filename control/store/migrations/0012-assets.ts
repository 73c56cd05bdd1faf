// Static files: a folder and a key for each project that has some, and what is in it.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable('asset_stores')
    .addColumn('project', 'text', (column) => column.primaryKey())
    .addColumn('folder', 'text', (column) => column.notNull().unique())
    .addColumn('upload_key', 'text', (column) => column.notNull())
    .addColumn('created_at', 'text', (column) => column.notNull())
    .execute();
  await schema
    .createTable('asset_blobs')
    .addColumn('project', 'text', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('size', 'integer', (column) => column.notNull())
    .addColumn('content_type', 'text')
    .addColumn('wanted_at', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('asset_blobs_key', ['project', 'hash'])
    .execute();
}

export const assets: Migration = { up };
