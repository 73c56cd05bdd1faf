// Regions: where else requests may be answered. That of this machine has a row once somebody has said where it is.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('regions')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('latitude', 'real', (column) => column.notNull())
    .addColumn('longitude', 'real', (column) => column.notNull())
    .addColumn('tags', 'text', (column) => column.notNull())
    .addColumn('endpoint', 'text')
    .addColumn('health_path', 'text', (column) => column.notNull())
    .addColumn('hop_secret', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .execute();
}

export const regions: Migration = { up };
