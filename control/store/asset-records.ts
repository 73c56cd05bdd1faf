// What is known of static files: where a project keeps them, and which it has. The files themselves are in
// `asset-files.ts`; a record is written when its file is safe, and removed before it.

import { type Kysely, sql } from 'kysely';
import type { AssetFile } from '../model/asset-manifest.ts';
import type { Schema } from './schema.ts';

export interface AssetStore {
  readonly project: string;
  /** Name of its folder, which nobody can guess. */
  readonly folder: string;
  /** Signs what clients are handed for uploads to this project. */
  readonly uploadKey: string;
}

/** As many in one statement: SQLite takes some more variables than this. */
const rowsMax = 1000;

export class AssetRecords {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async storeOf(project: string): Promise<AssetStore | undefined> {
    const row = await this.#db
      .selectFrom('asset_stores')
      .selectAll()
      .where('project', '=', project)
      .executeTakeFirst();
    return row && { project: row.project, folder: row.folder, uploadKey: row.upload_key };
  }

  async stores(): Promise<AssetStore[]> {
    const rows = await this.#db.selectFrom('asset_stores').selectAll().orderBy('project').execute();
    return rows.map(({ project, folder, upload_key }) => ({ project, folder, uploadKey: upload_key }));
  }

  /** The first store of a project stays, whoever comes second. */
  async addStore({ project, folder, uploadKey }: AssetStore, now: string): Promise<void> {
    await this.#db
      .insertInto('asset_stores')
      .values({ project, folder, upload_key: uploadKey, created_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** Those of the hashes that the project has, and that they are wanted `now`: garbage collection spares them. */
  async want(
    project: string,
    hashes: readonly string[],
    now: string,
  ): Promise<Map<string, Omit<AssetFile, 'hash'>>> {
    const { rows } = await sql<{ hash: string; size: number; content_type: string | null }>`
      update asset_blobs set wanted_at = ${now}
      where project = ${project} and hash in (select value from json_each(${JSON.stringify(hashes)}))
      returning hash, size, content_type`.execute(this.#db);
    return new Map(rows.map(({ hash, size, content_type }) => [hash, { size, contentType: content_type }]));
  }

  /** What is there already stays as it is. */
  async add(project: string, files: readonly AssetFile[], now: string): Promise<void> {
    for (let from = 0; from < files.length; from += rowsMax) {
      await this.#db
        .insertInto('asset_blobs')
        .values(
          files.slice(from, from + rowsMax).map(({ hash, size, contentType }) => ({
            ...{ project, hash, size, content_type: contentType, wanted_at: now },
          })),
        )
        .onConflict((conflict) => conflict.columns(['project', 'hash']).doUpdateSet({ wanted_at: now }))
        .execute();
    }
  }

  async hashes(project: string): Promise<Set<string>> {
    const select = this.#db.selectFrom('asset_blobs').select('hash').where('project', '=', project);
    return new Set((await select.execute()).map(({ hash }) => hash));
  }

  /** Forgets those that nobody has wanted since; the answer says which, and their files may go. */
  async remove(project: string, hashes: readonly string[], before: string): Promise<string[]> {
    const { rows } = await sql<{ hash: string }>`
      delete from asset_blobs
      where project = ${project} and wanted_at < ${before}
        and hash in (select value from json_each(${JSON.stringify(hashes)}))
      returning hash`.execute(this.#db);
    return rows.map(({ hash }) => hash);
  }
}
