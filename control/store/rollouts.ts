// Rollouts as stored. At most one of a function goes on at a time: whoever starts another has the function's turn, and
// looks first.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { FunctionId, RolloutId, VersionId } from '../model/ids.ts';
import { guardSchema, ROLLOUT_STATES, type RolloutRecord, STRATEGIES } from '../model/rollout.ts';
import type { Page, PageRequest } from '../platform/platform.ts';
import { readCursor, toPage } from './cursor.ts';
import { id, json, readRow } from './row.ts';
import type { RolloutsTable, Schema } from './schema.ts';

const goingOn = ['running', 'paused'];

const rowSchema = z.strictObject({
  id: id<RolloutId>(),
  function_id: id<FunctionId>(),
  sequence: z.int(),
  from_version: id<VersionId>(),
  to_version: id<VersionId>(),
  plan: json(
    z.strictObject({
      strategy: z.enum(STRATEGIES),
      stepsBp: z.array(z.int()),
      waitSeconds: z.int().nullable(),
      guard: guardSchema.nullable(),
    }),
  ),
  state: z.enum(ROLLOUT_STATES),
  step: z.int(),
  step_at: z.string(),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  author: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

function toRecord(row: RolloutsTable): RolloutRecord {
  const {
    function_id,
    from_version,
    to_version,
    step_at,
    created_at,
    updated_at,
    sequence: _,
    ...same
  } = readRow(rowSchema, row, 'rollouts', row.id);
  return {
    ...same,
    ...{ functionId: function_id, from: from_version, to: to_version },
    ...{ stepAt: step_at, createdAt: created_at, updatedAt: updated_at },
  };
}

export type RolloutChanges = Pick<RolloutRecord, 'state' | 'step' | 'stepAt' | 'reason' | 'updatedAt'>;

export class Rollouts {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async insert(record: RolloutRecord): Promise<void> {
    await this.#db
      .insertInto('rollouts')
      .values((value) => ({
        ...{ id: record.id, function_id: record.functionId },
        sequence: value
          .selectFrom('rollouts')
          .where('function_id', '=', record.functionId)
          .select((select) =>
            select(select.fn.coalesce(select.fn.max('sequence'), select.lit(0)), '+', 1).as('next'),
          ),
        ...{ from_version: record.from, to_version: record.to, plan: JSON.stringify(record.plan) },
        ...{ state: record.state, step: record.step, step_at: record.stepAt, reason: record.reason },
        ...{ message: record.message, author: record.author },
        ...{ created_at: record.createdAt, updated_at: record.updatedAt },
      }))
      .execute();
  }

  async update(rollout: RolloutId, changes: RolloutChanges): Promise<void> {
    await this.#db
      .updateTable('rollouts')
      .set({
        ...{ state: changes.state, step: changes.step, reason: changes.reason },
        ...{ step_at: changes.stepAt, updated_at: changes.updatedAt },
      })
      .where('id', '=', rollout)
      .execute();
  }

  /** A deployment that is none of `rollout`'s ends what goes on. */
  async supersede(
    functionId: FunctionId,
    rollout: string | null,
    reason: string,
    updatedAt: string,
  ): Promise<void> {
    let update = this.#db
      .updateTable('rollouts')
      .set({ state: 'superseded', reason, updated_at: updatedAt })
      .where('function_id', '=', functionId)
      .where('state', 'in', goingOn);
    if (rollout !== null) update = update.where('id', '!=', rollout as RolloutId);
    await update.execute();
  }

  async get(functionId: FunctionId, rollout: string): Promise<RolloutRecord | undefined> {
    const row = await this.#db
      .selectFrom('rollouts')
      .selectAll()
      .where('function_id', '=', functionId)
      .where('id', '=', rollout as RolloutId)
      .executeTakeFirst();
    return row && toRecord(row);
  }

  /** What goes on, of all functions. */
  async allGoingOn(): Promise<RolloutRecord[]> {
    const rows = await this.#db
      .selectFrom('rollouts')
      .selectAll()
      .where('state', 'in', goingOn)
      .orderBy('created_at')
      .execute();
    return rows.map(toRecord);
  }

  /** Newest first. */
  async list(functionId: FunctionId, page: PageRequest): Promise<Page<RolloutRecord>> {
    let select = this.#db.selectFrom('rollouts').selectAll().where('function_id', '=', functionId);
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
