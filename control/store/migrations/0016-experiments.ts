// What experiments have shown: counts of each variant by each front, and each visitor once.

import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';

async function up(db: Kysely<unknown>): Promise<void> {
  const { schema } = db;
  // Visitors name their experiment by its number: there may be a million of them.
  await schema
    .createTable('experiments')
    .addColumn('id', 'integer', (column) => column.primaryKey())
    .addColumn('function_id', 'text', (column) =>
      column.notNull().references('functions.id').onDelete('cascade'),
    )
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('since', 'text', (column) => column.notNull())
    .addUniqueConstraint('experiments_name', ['function_id', 'name'])
    .execute();
  await schema
    .createTable('experiment_tallies')
    .addColumn('experiment_id', 'integer', (column) =>
      column.notNull().references('experiments.id').onDelete('cascade'),
    )
    .addColumn('variant', 'text', (column) => column.notNull())
    .addColumn('front', 'text', (column) => column.notNull())
    .addColumn('tally', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('experiment_tallies_pk', ['experiment_id', 'variant', 'front'])
    .execute();
  await schema
    .createTable('experiment_visitors')
    .addColumn('experiment_id', 'integer', (column) =>
      column.notNull().references('experiments.id').onDelete('cascade'),
    )
    .addColumn('visitor', 'integer', (column) => column.notNull())
    .addColumn('variant', 'text', (column) => column.notNull())
    .addColumn('converted', 'integer', (column) => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('experiment_visitors_pk', ['experiment_id', 'visitor'])
    .modifyEnd(sql`without rowid`)
    .execute();
  await schema
    .createTable('experiment_variants')
    .addColumn('experiment_id', 'integer', (column) =>
      column.notNull().references('experiments.id').onDelete('cascade'),
    )
    .addColumn('variant', 'text', (column) => column.notNull())
    .addColumn('visitors', 'integer', (column) => column.notNull())
    .addColumn('conversions', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('experiment_variants_pk', ['experiment_id', 'variant'])
    .execute();
}

export const experiments: Migration = { up };
