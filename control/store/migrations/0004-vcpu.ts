// A function's share of the processors.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('functions')
    .addColumn('vcpu', 'integer', (column) => column.notNull().defaultTo(1))
    .execute();
}

export const processorShare: Migration = { up };
