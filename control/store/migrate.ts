// Brings the database to the newest schema, in one transaction. The list is written out, not read from a
// directory, so a stray file is never run.

import { type Kysely, sql } from 'kysely';
import { type Migration, Migrator } from 'kysely/migration';
import { AppError } from '../model/errors.ts';
import { initial } from './migrations/0001-initial.ts';
import { limitSettings } from './migrations/0002-limits.ts';
import { access } from './migrations/0003-access.ts';
import { processorShare } from './migrations/0004-vcpu.ts';
import { dialects } from './migrations/0005-dialects.ts';
import { versions } from './migrations/0006-versions.ts';
import { secrets } from './migrations/0007-secrets.ts';
import { environments } from './migrations/0008-environments.ts';
import { rollouts } from './migrations/0009-rollouts.ts';
import { durableObjects } from './migrations/0011-durable-objects.ts';

import { assets } from './migrations/0012-assets.ts';

import { crons } from './migrations/0013-crons.ts';

import { rules } from './migrations/0014-rules.ts';

import { regions } from './migrations/0015-regions.ts';

import { experiments } from './migrations/0016-experiments.ts';
import { certificates } from './migrations/0017-certificates.ts';
import { auth } from './migrations/0019-auth.ts';
import type { Schema } from './schema.ts';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-initial': initial,
  '0002-limits': limitSettings,
  '0003-access': access,
  '0004-vcpu': processorShare,
  '0005-dialects': dialects,
  '0006-versions': versions,
  '0007-secrets': secrets,
  '0008-environments': environments,
  '0009-rollouts': rollouts,
  '0011-durable-objects': durableObjects,
  '0012-assets': assets,
  '0013-crons': crons,
  '0014-rules': rules,
  '0015-regions': regions,
  '0016-experiments': experiments,
  '0017-certificates': certificates,
  '0019-auth': auth,
};

/**
 * @param path named in errors.
 * @throws {AppError} SYS_001 when the database was written by a newer Selvedge, which is left untouched.
 */
export async function migrate(db: Kysely<Schema>, path: string): Promise<void> {
  const unknown = await unknownMigrations(db);
  if (unknown.length > 0) {
    throw new AppError(
      'SYS_001',
      `${path} was written by a newer version of Selvedge (it has ${unknown.join(', ')}, this version knows up to ${Object.keys(MIGRATIONS).sort().at(-1)}): start that version or a newer one, or restore a backup from before the upgrade. Nothing was changed.`,
    );
  }
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ ...MIGRATIONS }) } });
  const { error } = await migrator.migrateToLatest();
  if (error instanceof AppError) throw error;
  if (error !== undefined) {
    throw new AppError(
      'SYS_001',
      `${path} could not be brought to this version's schema, and was left as it was: ${String(error)}`,
      {},
      error,
    );
  }
}

async function unknownMigrations(db: Kysely<Schema>): Promise<string[]> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some((table) => table.name === 'kysely_migration')) return [];
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name).filter((name) => !(name in MIGRATIONS));
}
