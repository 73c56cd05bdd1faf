// The last run of each schedule as stored. It is stored before it is begun: a control that is killed in the middle
// leaves a run that may have been half done, and the next one does not do it again.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import { SCHEDULE_OUTCOMES, type ScheduleRun } from '../model/cron.ts';
import type { FunctionId } from '../model/ids.ts';
import { id, json, readRow } from './row.ts';
import type { ScheduleRunsTable, Schema } from './schema.ts';

const rowSchema = z.strictObject({
  function_id: id<FunctionId>(),
  cron: z.string(),
  scheduled_at: z.string(),
  outcome: z.enum(SCHEDULE_OUTCOMES),
  error: json(z.strictObject({ code: z.string(), message: z.string() }).nullable()),
  duration_ms: z.number().nullable(),
  request_id: z.string(),
});

function toRun(row: ScheduleRunsTable): ScheduleRun {
  const key = `${row.function_id} ${row.cron}`;
  const { scheduled_at, duration_ms, request_id, outcome, error } = readRow(
    rowSchema,
    row,
    'schedule_runs',
    key,
  );
  return { scheduledAt: scheduled_at, durationMs: duration_ms, requestId: request_id, outcome, error };
}

export interface RunKey {
  readonly functionId: FunctionId;
  readonly cron: string;
}

export class ScheduleRuns {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** True if the run is the caller's to do: nobody has taken this minute, or a later one. */
  async claim({ functionId, cron }: RunKey, scheduledAt: string, requestId: string): Promise<boolean> {
    const run = {
      ...{ scheduled_at: scheduledAt, outcome: 'running', error: 'null' },
      ...{ duration_ms: null, request_id: requestId },
    };
    const result = await this.#db
      .insertInto('schedule_runs')
      .values({ function_id: functionId, cron, ...run })
      .onConflict((conflict) =>
        conflict
          .columns(['function_id', 'cron'])
          .doUpdateSet(run)
          .where('schedule_runs.scheduled_at', '<', scheduledAt),
      )
      .executeTakeFirst();
    return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }

  /** Nothing happens if a later run has begun meanwhile. */
  async finish(
    { functionId, cron }: RunKey,
    { requestId, outcome, error, durationMs }: Omit<ScheduleRun, 'scheduledAt'>,
  ): Promise<void> {
    await this.#db
      .updateTable('schedule_runs')
      .set({ outcome, error: JSON.stringify(error), duration_ms: durationMs })
      .where('function_id', '=', functionId)
      .where('cron', '=', cron)
      .where('request_id', '=', requestId)
      .execute();
  }

  /** By schedule. */
  async list(functionIds: readonly FunctionId[]): Promise<Map<string, ScheduleRun>> {
    if (functionIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('schedule_runs')
      .selectAll()
      .where('function_id', 'in', functionIds)
      .execute();
    return new Map(rows.map((row) => [runKey({ functionId: row.function_id, cron: row.cron }), toRun(row)]));
  }

  /** Runs that a control which has ended had begun. */
  async giveUp(): Promise<void> {
    await this.#db
      .updateTable('schedule_runs')
      .set({ outcome: 'unknown' })
      .where('outcome', '=', 'running')
      .execute();
  }
}

export const runKey = ({ functionId, cron }: RunKey): string => `${functionId} ${cron}`;
