// The last run of each schedule, so that no minute is run twice, whenever control starts.

import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('schedule_runs')
    .addColumn('function_id', 'text', (column) =>
      column.notNull().references('functions.id').onDelete('cascade'),
    )
    .addColumn('cron', 'text', (column) => column.notNull())
    .addColumn('scheduled_at', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('error', 'text', (column) => column.notNull())
    .addColumn('duration_ms', 'real')
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('schedule_runs_pk', ['function_id', 'cron'])
    .execute();
}

export const crons: Migration = { up };
