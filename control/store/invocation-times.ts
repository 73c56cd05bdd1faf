// When each function was last invoked. Apart from the functions' own rows, as it changes all the time and is
// written in batches; a crash loses what was not flushed, and no more.

import { type Kysely, sql } from 'kysely';
import type { FunctionId } from '../model/ids.ts';
import type { Schema } from './schema.ts';

export class InvocationTimes {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** One transaction. A time never goes back; functions that were removed meanwhile are passed over. */
  async record(times: ReadonlyMap<FunctionId, string>): Promise<void> {
    if (times.size === 0) return;
    const write = async (db: Kysely<Schema>): Promise<void> => {
      for (const [id, time] of times) {
        await sql`
          insert into invocation_times (function_id, last_invoked_at)
          select id, ${time} from functions where id = ${id}
          on conflict (function_id) do update set last_invoked_at = excluded.last_invoked_at
          where excluded.last_invoked_at > invocation_times.last_invoked_at
        `.execute(db);
      }
    };
    if (this.#db.isTransaction) await write(this.#db);
    else await this.#db.transaction().execute(write);
  }

  /** Functions that were never invoked have no entry. */
  async get(functionIds: readonly FunctionId[]): Promise<Map<FunctionId, string>> {
    if (functionIds.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('invocation_times')
      .selectAll()
      .where('function_id', 'in', functionIds)
      .execute();
    return new Map(rows.map((row) => [row.function_id, row.last_invoked_at]));
  }
}
