// Single values that outlive a restart, by name.

import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

/** Names in use, so that no two users of the table meet. */
export const META_KEYS = { routingGeneration: 'routing-generation' } as const;
export type MetaKey = (typeof META_KEYS)[keyof typeof META_KEYS];

export class Meta {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async get(key: MetaKey): Promise<string | undefined> {
    const row = await this.#db.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
    return row?.value;
  }

  async set(key: MetaKey, value: string): Promise<void> {
    await this.#db
      .insertInto('meta')
      .values({ key, value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
  }

  /** Counts up by `step` and answers the new count, in one statement: no two callers get the same. */
  async count(key: MetaKey, step = 1): Promise<number> {
    const { rows } = await sql<{ value: string }>`
      insert into meta (key, value) values (${key}, ${String(step)})
      on conflict (key) do update set value = cast(cast(meta.value as integer) + ${step} as text)
      returning value
    `.execute(this.#db);
    return Number(rows[0]?.value);
  }
}
