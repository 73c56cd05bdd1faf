// Settings that limit a function: CPU, work after the response, bodies, egress, rate.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('functions').addColumn('cpu_ms', 'integer').execute();
  await schema
    .alterTable('functions')
    .addColumn('wait_until_timeout', 'integer', (column) => column.notNull().defaultTo(30))
    .execute();
  await schema
    .alterTable('functions')
    .addColumn('stream_timeout', 'integer', (column) => column.notNull().defaultTo(900))
    .execute();
  await schema
    .alterTable('functions')
    .addColumn('egress', 'text', (column) => column.notNull().defaultTo('"public"'))
    .execute();
  await schema
    .alterTable('functions')
    .addColumn('rate_limit', 'text', (column) => column.notNull().defaultTo('null'))
    .execute();
}

export const limitSettings: Migration = { up };
