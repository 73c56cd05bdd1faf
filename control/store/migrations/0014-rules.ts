// What the edge does with a function's requests. Those of its routes are with the routes.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('functions')
    .addColumn('rules', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
}

export const rules: Migration = { up };
