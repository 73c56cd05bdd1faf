// What other systems know of a function: labels of theirs, why its last deploy failed, how often it was called.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema
    .alterTable('functions')
    .addColumn('labels', 'text', (column) => column.notNull().defaultTo('{}'))
    .execute();
  await schema.alterTable('functions').addColumn('failed_build_logs', 'text').execute();
  await schema
    .alterTable('invocation_times')
    .addColumn('invocations', 'integer', (column) => column.notNull().defaultTo(0))
    .execute();
}

export const dialects: Migration = { up };
