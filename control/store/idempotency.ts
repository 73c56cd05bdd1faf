// Answers to requests that carried an `Idempotency-Key`, so that one sent again is answered again, not done
// again. The scope (caller and path, say) keeps the keys of different users apart.
//
// Promised: a request whose `finish` committed is never done twice within `idempotencyHours`. Not promised:
// a request that was running when control died is forgotten, and may be done again; its work may have been
// done already. Work that must not be is committed in one transaction with its `finish`.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import { idempotencyHours } from '../model/limits.ts';
import { json, readRow } from './row.ts';
import type { Schema } from './schema.ts';

export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type Begun =
  /** The key is the caller's: do the work, then `finish` or `forget`. */
  | { readonly state: 'begun' }
  /** The first request with this key has not ended yet. */
  | { readonly state: 'running' }
  /** The key was used with another request. */
  | { readonly state: 'mismatch' }
  | { readonly state: 'finished'; readonly answer: StoredAnswer };

const answerSchema = z.strictObject({
  status: z.int(),
  body: z.string(),
  headers: json(z.record(z.string(), z.string())),
});

export class Idempotency {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Claims the key, or tells what became of the request that has it. Keys that are too old count as unused. */
  async begin(scope: string, key: string, requestHash: string, now: Date): Promise<Begun> {
    const claim = {
      request_hash: requestHash,
      status: null,
      body: null,
      headers: null,
      created_at: now.toISOString(),
    };
    const claimed = await this.#db
      .insertInto('idempotency')
      .values({ scope, key, ...claim })
      .onConflict((conflict) =>
        conflict
          .columns(['scope', 'key'])
          .doUpdateSet(claim)
          .where('idempotency.created_at', '<', expiry(now)),
      )
      .executeTakeFirst();
    if ((claimed.numInsertedOrUpdatedRows ?? 0n) > 0n) return { state: 'begun' };
    const row = await this.#db
      .selectFrom('idempotency')
      .select(['request_hash', 'status', 'body', 'headers'])
      .where('scope', '=', scope)
      .where('key', '=', key)
      .executeTakeFirst();
    // Forgotten between the two statements: whoever had it has let it go.
    if (row === undefined) return await this.begin(scope, key, requestHash, now);
    const { request_hash, ...answer } = row;
    if (request_hash !== requestHash) return { state: 'mismatch' };
    if (answer.status === null) return { state: 'running' };
    return { state: 'finished', answer: readRow(answerSchema, answer, 'idempotency', key) };
  }

  async finish(scope: string, key: string, answer: StoredAnswer): Promise<void> {
    await this.#db
      .updateTable('idempotency')
      .set({ status: answer.status, body: answer.body, headers: JSON.stringify(answer.headers) })
      .where('scope', '=', scope)
      .where('key', '=', key)
      .execute();
  }

  /** Lets the key be used again: for requests that failed in a way that is worth another try. */
  async forget(scope: string, key: string): Promise<void> {
    await this.#db.deleteFrom('idempotency').where('scope', '=', scope).where('key', '=', key).execute();
  }

  /** Forgets what is too old; answers how many. */
  async purge(now: Date): Promise<number> {
    const result = await this.#db
      .deleteFrom('idempotency')
      .where('created_at', '<', expiry(now))
      .executeTakeFirst();
    return Number(result.numDeletedRows);
  }

  /** At start: whoever began a request that has not ended is dead. */
  async forgetRunning(): Promise<void> {
    await this.#db.deleteFrom('idempotency').where('status', 'is', null).execute();
  }
}

const expiry = (now: Date): string => new Date(now.getTime() - idempotencyHours * 3_600_000).toISOString();
