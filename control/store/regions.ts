// Regions as stored. Their secrets are sealed.

import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import type { RegionRecord } from '../model/region.ts';
import { json, readRow } from './row.ts';
import type { RegionsTable, Schema } from './schema.ts';

const rowSchema = z.strictObject({
  name: z.string(),
  latitude: z.number(),
  longitude: z.number(),
  tags: json(z.array(z.string())),
  endpoint: z.string().nullable(),
  health_path: z.string(),
  hop_secret: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

function toRecord(row: Selectable<RegionsTable>): RegionRecord {
  const { health_path, hop_secret, created_at, updated_at, ...same } = readRow(
    rowSchema,
    row,
    'regions',
    row.name,
  );
  return {
    ...same,
    healthPath: health_path,
    hopSecret: hop_secret,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

export class Regions {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** By name. */
  async all(): Promise<RegionRecord[]> {
    const rows = await this.#db.selectFrom('regions').selectAll().orderBy('name').execute();
    return rows.map(toRecord);
  }

  /** Makes the region, or puts it in the place of the one of its name. */
  async put({ healthPath, hopSecret, createdAt, updatedAt, tags, ...same }: RegionRecord): Promise<void> {
    const values = { tags: JSON.stringify(tags), health_path: healthPath, hop_secret: hopSecret };
    const row = { ...same, ...values, created_at: createdAt, updated_at: updatedAt };
    await this.#db
      .insertInto('regions')
      .values(row)
      .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
      .execute();
  }

  async remove(name: string): Promise<void> {
    await this.#db.deleteFrom('regions').where('name', '=', name).execute();
  }
}
