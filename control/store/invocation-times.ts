// When each function was last invoked, and how often. Apart from the functions' own rows, as it changes all the
// time and is written in batches; a crash loses what was not flushed, and no more.

import { type Kysely, sql } from 'kysely';
import type { FunctionId } from '../model/ids.ts';
import type { Schema } from './schema.ts';

export interface InvocationTally {
  /** ISO 8601. */
  readonly lastAt: string;
  readonly count: number;
}

export class InvocationTimes {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** One transaction. Neither goes back; functions that were removed meanwhile are passed over. */
  async record(tallies: ReadonlyMap<FunctionId, InvocationTally>): Promise<void> {
    if (tallies.size === 0) return;
    const write = async (db: Kysely<Schema>): Promise<void> => {
      for (const [id, { lastAt, count }] of tallies) {
        await sql`
          insert into invocation_times (function_id, last_invoked_at, invocations)
          select id, ${lastAt}, ${count} from functions where id = ${id}
          on conflict (function_id) do update set
            last_invoked_at = case when excluded.last_invoked_at > invocation_times.last_invoked_at
              then excluded.last_invoked_at else invocation_times.last_invoked_at end,
            invocations = case when excluded.invocations > invocation_times.invocations
              then excluded.invocations else invocation_times.invocations end
        `.execute(db);
      }
    };
    if (this.#db.isTransaction) await write(this.#db);
    else await this.#db.transaction().execute(write);
  }

  /** Functions that were never invoked have no entry. */
  async all(): Promise<Map<FunctionId, InvocationTally>> {
    const rows = await this.#db.selectFrom('invocation_times').selectAll().execute();
    return new Map(
      rows.map((row) => [row.function_id, { lastAt: row.last_invoked_at, count: row.invocations }]),
    );
  }
}
