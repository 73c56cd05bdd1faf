// Deployments as stored: immutable records of which versions get which share. The newest of a function is
// the live one; "newest" is by sequence, so a clock that went back changes nothing.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { DeploymentRecord } from '../model/function.ts';
import type { DeploymentId, FunctionId, VersionId } from '../model/ids.ts';
import { detailsSchema } from '../model/version.ts';
import type { Page, PageRequest } from '../platform/platform.ts';
import { readCursor, toPage } from './cursor.ts';
import { id, json, readRow } from './row.ts';
import type { DeploymentsTable, Schema } from './schema.ts';

const rowSchema = z.strictObject({
  id: id<DeploymentId>(),
  function_id: id<FunctionId>(),
  sequence: z.int(),
  versions: json(z.array(z.strictObject({ version: id<VersionId>(), shareBp: z.int() }))),
  details: json(detailsSchema),
  created_at: z.string(),
});

function toRecord(row: DeploymentsTable): DeploymentRecord {
  const { id, function_id, versions, details, created_at } = readRow(rowSchema, row, 'deployments', row.id);
  return { id, functionId: function_id, versions, details, createdAt: created_at };
}

export class Deployments {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Makes it the newest of its function. */
  async insert(record: DeploymentRecord): Promise<void> {
    await this.#db
      .insertInto('deployments')
      .values((value) => ({
        id: record.id,
        function_id: record.functionId,
        sequence: value
          .selectFrom('deployments')
          .where('function_id', '=', record.functionId)
          .select((select) =>
            select(select.fn.coalesce(select.fn.max('sequence'), select.lit(0)), '+', 1).as('next'),
          ),
        versions: JSON.stringify(record.versions),
        details: JSON.stringify(record.details),
        created_at: record.createdAt,
      }))
      .execute();
  }

  async get(functionId: FunctionId, id: string): Promise<DeploymentRecord | undefined> {
    const row = await this.#db
      .selectFrom('deployments')
      .selectAll()
      .where('function_id', '=', functionId)
      .where('id', '=', id as DeploymentId)
      .executeTakeFirst();
    return row && toRecord(row);
  }

  async newest(functionId: FunctionId): Promise<DeploymentRecord | undefined> {
    const row = await this.#db
      .selectFrom('deployments')
      .selectAll()
      .where('function_id', '=', functionId)
      .orderBy('sequence', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row && toRecord(row);
  }

  /** The live one of every function: what control starts from. */
  async allNewest(): Promise<DeploymentRecord[]> {
    const rows = await this.#db
      .selectFrom('deployments')
      .selectAll()
      .where((where) =>
        where(
          'sequence',
          '=',
          where
            .selectFrom('deployments as other')
            .whereRef('other.function_id', '=', 'deployments.function_id')
            .select((select) => select.fn.max('other.sequence').as('newest')),
        ),
      )
      .execute();
    return rows.map(toRecord);
  }

  /** Newest first. */
  async list(functionId: FunctionId, page: PageRequest): Promise<Page<DeploymentRecord>> {
    let select = this.#db.selectFrom('deployments').selectAll().where('function_id', '=', functionId);
    if (page.cursor !== undefined) {
      const [sequence] = readCursor(page.cursor);
      select = select.where('sequence', '<', Number(sequence));
    }
    const rows = await select
      .orderBy('sequence', 'desc')
      .limit(page.limit + 1)
      .execute();
    const { items, cursor } = toPage(rows, page.limit, (row) => [String(row.sequence), row.id]);
    return { items: items.map(toRecord), cursor };
  }
}
