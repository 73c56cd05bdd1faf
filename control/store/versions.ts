// Versions as stored: a bundle and the settings that its instances start with, immutable.

import { strict as assert } from 'node:assert';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { versionAuditSchema } from '../model/advisories.ts';
import { versionAssetsSchema } from '../model/assets.ts';
import { bindingsSchema } from '../model/binding.ts';
import { egressSchema } from '../model/egress.ts';
import { CONVENTIONS, type VersionRecord } from '../model/function.ts';
import type { BundleHash, FunctionId, VersionId } from '../model/ids.ts';
import { concurrencyPerInstance, waitUntilSeconds } from '../model/limits.ts';
import { isSealed } from '../model/sealed.ts';
import { annotationsSchema } from '../model/version.ts';
import type { ListVersions, Page } from '../platform/platform.ts';
import { readCursor, toPage } from './cursor.ts';
import { id, json, readRow } from './row.ts';
import type { Schema, VersionsTable } from './schema.ts';

/** That `after` gives. */
const versionsAtATime = 200;
/** As many as tell one match from several. */
const prefixMatchesMax = 2;

const rowSchema = z.strictObject({
  function_id: id<FunctionId>(),
  id: id<VersionId>(),
  bundle: id<BundleHash>(),
  settings: json(
    z.strictObject({
      compatibilityDate: z.string(),
      compatibilityFlags: z.array(z.string()),
      memory: z.int(),
      // Versions of before these settings have what was then fixed.
      concurrency: z.int().default(concurrencyPerInstance.default),
      waitUntilTimeout: z.int().default(waitUntilSeconds.default),
      egress: egressSchema.default('public'),
      env: z.array(
        z.strictObject({
          key: z.string(),
          value: z.string(),
          secret: z.boolean(),
          json: z.literal(true).optional(),
        }),
      ),
      bindings: bindingsSchema.default([]),
      assets: versionAssetsSchema.nullable().default(null),
    }),
  ),
  convention: z.enum(CONVENTIONS),
  build_logs: json(z.array(z.string())),
  annotations: json(annotationsSchema),
  tag: z.string().nullable(),
  signature: z.string().nullable(),
  audit: json(versionAuditSchema).nullable(),
  created_at: z.string(),
});

function toRecord(row: VersionsTable): VersionRecord {
  const {
    function_id,
    build_logs,
    created_at,
    tag: _,
    ...same
  } = readRow(rowSchema, row, 'versions', row.id);
  return { ...same, functionId: function_id, buildLogs: build_logs, createdAt: created_at };
}

export class Versions {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /**
   * Stores the version; false if the function has it already, which is then what it was: its id is a hash of all
   * that matters in it, so the same source deployed again is the same version.
   */
  async put(record: VersionRecord): Promise<boolean> {
    assert(
      record.settings.env.every(({ secret, value }) => !secret || isSealed(value)),
      'secrets are sealed before they are stored',
    );
    const result = await this.#db
      .insertInto('versions')
      .values({
        function_id: record.functionId,
        id: record.id,
        bundle: record.bundle,
        settings: JSON.stringify(record.settings),
        convention: record.convention,
        build_logs: JSON.stringify(record.buildLogs),
        annotations: JSON.stringify(record.annotations),
        tag: record.annotations.tag,
        signature: record.signature,
        audit: record.audit === null ? null : JSON.stringify(record.audit),
        created_at: record.createdAt,
      })
      .onConflict((conflict) => conflict.columns(['function_id', 'id']).doNothing())
      .executeTakeFirst();
    if ((result.numInsertedOrUpdatedRows ?? 0n) > 0n) return true;
    await this.#heal(record);
    return false;
  }

  /** A row that was changed from outside is what it was again once the same version is built and signed anew. */
  async #heal({ functionId, id, bundle, settings, signature, audit }: VersionRecord): Promise<void> {
    if (signature === null) return;
    const known = { bundle, settings: JSON.stringify(settings), signature };
    await this.#db
      .updateTable('versions')
      .set({ ...known, ...(audit !== null && { audit: JSON.stringify(audit) }) })
      .where('function_id', '=', functionId)
      .where('id', '=', id)
      .execute();
  }

  async setSignature(functionId: FunctionId, id: VersionId, signature: string): Promise<void> {
    await this.#db
      .updateTable('versions')
      .set({ signature })
      .where('function_id', '=', functionId)
      .where('id', '=', id)
      .execute();
  }

  async hasSigned(): Promise<boolean> {
    const row = await this.#db
      .selectFrom('versions')
      .select('id')
      .where('signature', 'is not', null)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** Some of all versions, those that come behind `last` in the order of their keys. */
  async after(last?: Pick<VersionRecord, 'functionId' | 'id'>): Promise<VersionRecord[]> {
    let select = this.#db.selectFrom('versions').selectAll();
    if (last)
      select = select.where((where) =>
        where(where.refTuple('function_id', 'id'), '>', where.tuple(last.functionId, last.id)),
      );
    const rows = await select.orderBy('function_id').orderBy('id').limit(versionsAtATime).execute();
    return rows.map(toRecord);
  }

  async get(functionId: FunctionId, id: VersionId): Promise<VersionRecord | undefined> {
    const row = await this.#db
      .selectFrom('versions')
      .selectAll()
      .where('function_id', '=', functionId)
      .where('id', '=', id)
      .executeTakeFirst();
    return row && toRecord(row);
  }

  /** Versions whose id begins with `prefix`: none, the one, or two that show it to be ambiguous. */
  async findByPrefix(functionId: FunctionId, prefix: string): Promise<VersionRecord[]> {
    const rows = await this.#db
      .selectFrom('versions')
      .selectAll()
      .where('function_id', '=', functionId)
      .where('id', '>=', prefix as VersionId)
      // Ids are hex digits, and "g" comes after the last of them: a range, so the key's index serves it.
      .where('id', '<', `${prefix}g` as VersionId)
      .orderBy('id')
      .limit(prefixMatchesMax)
      .execute();
    return rows.map(toRecord);
  }

  /** Newest first. */
  async list(functionId: FunctionId, { tag, ...page }: ListVersions): Promise<Page<VersionRecord>> {
    let select = this.#db.selectFrom('versions').selectAll().where('function_id', '=', functionId);
    if (tag !== undefined) select = select.where('tag', '=', tag);
    if (page.cursor !== undefined) {
      const [createdAt, id] = readCursor(page.cursor);
      select = select.where((where) =>
        where(where.refTuple('created_at', 'id'), '<', where.tuple(createdAt, id as VersionId)),
      );
    }
    const rows = await select
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc')
      .limit(page.limit + 1)
      .execute();
    return toPage(rows.map(toRecord), page.limit, (record) => [record.createdAt, record.id]);
  }

  /** Ids of the newest versions of every function, the newest first, for control to start from. */
  async newestIds(perFunction: number): Promise<Map<FunctionId, VersionId[]>> {
    const numbered = this.#db.selectFrom('versions').select((select) => [
      'function_id',
      'id',
      select.fn
        .agg<number>('row_number')
        .over((over) => over.partitionBy('function_id').orderBy('created_at', 'desc').orderBy('id', 'desc'))
        .as('place'),
    ]);
    const rows = await this.#db
      .selectFrom(numbered.as('numbered'))
      .select(['function_id', 'id'])
      .where('place', '<=', perFunction)
      .orderBy('function_id')
      .orderBy('place')
      .execute();
    const ids = new Map<FunctionId, VersionId[]>();
    for (const { function_id, id } of rows) {
      const own = ids.get(function_id);
      if (own === undefined) ids.set(function_id, [id]);
      else own.push(id);
    }
    return ids;
  }

  /** Every function's live version: with `Functions.all`, what control starts from. */
  async allActive(): Promise<VersionRecord[]> {
    const rows = await this.#db
      .selectFrom('versions')
      .innerJoin('functions', (join) =>
        join
          .onRef('functions.id', '=', 'versions.function_id')
          .onRef('functions.active_version', '=', 'versions.id'),
      )
      .selectAll('versions')
      .execute();
    return rows.map(toRecord);
  }

  /** Bundles that some version is made of; all others are garbage. */
  async bundlesInUse(): Promise<Set<BundleHash>> {
    const rows = await this.#db.selectFrom('versions').select('bundle').distinct().execute();
    return new Set(rows.map((row) => row.bundle));
  }

  /** Lists of static files that some version or function names, by project; all others are garbage. */
  async assetsInUse(): Promise<Map<string, Set<string>>> {
    const { rows } = await sql<{ project: string; manifest: string }>`
      select functions.project as project, json_extract(versions.settings, '$.assets.manifest') as manifest
      from versions join functions on functions.id = versions.function_id
      where json_extract(versions.settings, '$.assets.manifest') is not null
      union
      select project, json_extract(assets, '$.manifest') from functions
      where json_extract(assets, '$.manifest') is not null`.execute(this.#db);
    const inUse = new Map<string, Set<string>>();
    for (const { project, manifest } of rows) {
      const own = inUse.get(project);
      if (own === undefined) inUse.set(project, new Set([manifest]));
      else own.add(manifest);
    }
    return inUse;
  }
}
