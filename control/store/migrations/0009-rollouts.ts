// Rollouts, and the tag of a version where it can be looked for.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  await schema.alterTable('versions').addColumn('tag', 'text').execute();
  await sql`update versions set tag = json_extract(annotations, '$.tag')`.execute(db);
  await schema
    .createTable('rollouts')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('function_id', 'text', (column) =>
      column.notNull().references('functions.id').onDelete('cascade'),
    )
    .addColumn('sequence', 'integer', (column) => column.notNull())
    .addColumn('from_version', 'text', (column) => column.notNull())
    .addColumn('to_version', 'text', (column) => column.notNull())
    .addColumn('plan', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('step', 'integer', (column) => column.notNull())
    .addColumn('step_at', 'text', (column) => column.notNull())
    .addColumn('reason', 'text')
    .addColumn('message', 'text')
    .addColumn('author', 'text')
    .addColumn('created_at', 'text', (column) => column.notNull())
    .addColumn('updated_at', 'text', (column) => column.notNull())
    .addUniqueConstraint('rollouts_sequence', ['function_id', 'sequence'])
    .execute();
}

export const rollouts: Migration = { up };
