// What experiments have shown, as stored. Fronts tell totals and tell visitors again until they are stored, so that all of
// this may be written twice and is counted once.

import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { addVariantCounts, NOTHING_COUNTED, type VariantCount } from '../model/experiment-count.ts';
import type { FunctionId } from '../model/ids.ts';
import { json, readRow } from './row.ts';
import type { Schema } from './schema.ts';

/** Of one experiment. Who comes after them is no visitor of it, and what he does is not counted as a conversion. */
export const experimentVisitorsMax = 1_000_000;
/** Rows of one statement. */
const batchSize = 500;

/** Of one variant as one front has counted it. */
export type Tally = Omit<VariantCount, 'variant' | 'visitors' | 'conversions'>;

const tallySchema = z.strictObject({
  requests: z.number(),
  errors: z.number(),
  latencyMs: z.number(),
  latencySquares: z.number(),
  histogram: z.array(z.number()),
});

export interface ExperimentKey {
  readonly functionId: FunctionId;
  readonly name: string;
}

export interface StoredResults {
  /** ISO 8601: when counting began. */
  readonly since: string;
  readonly counts: readonly VariantCount[];
}

export class ExperimentResults {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Undefined for a function that is gone. */
  async open({ functionId, name }: ExperimentKey, now: string): Promise<number | undefined> {
    await sql`
      insert into experiments (function_id, name, since)
      select id, ${name}, ${now} from functions where id = ${functionId}
      on conflict (function_id, name) do nothing
    `.execute(this.#db);
    return (await this.#find({ functionId, name }))?.id;
  }

  /** The total of a front takes the place of the one before. */
  async putTally(experiment: number, variant: string, front: string, tally: Tally): Promise<void> {
    const text = JSON.stringify(tally);
    await this.#db
      .insertInto('experiment_tallies')
      .values({ experiment_id: experiment, variant, front, tally: text })
      .onConflict((conflict) =>
        conflict.columns(['experiment_id', 'variant', 'front']).doUpdateSet({ tally: text }),
      )
      .execute();
  }

  /** Who is known already stays what he is: the first variant that he saw is his. `max` is of all variants. */
  async addVisitors(
    experiment: number,
    variant: string,
    visitors: readonly number[],
    max: number = experimentVisitorsMax,
  ): Promise<void> {
    const { total } = await this.#db
      .selectFrom('experiment_variants')
      .select(({ fn }) => fn.coalesce(fn.sum<number>('visitors'), sql<number>`0`).as('total'))
      .where('experiment_id', '=', experiment)
      .executeTakeFirstOrThrow();
    let room = max - Number(total);
    let step = batchSize;
    for (let start = 0; start < visitors.length && room > 0; start += step) {
      // One by one at the end: who is known already takes no room.
      step = room < batchSize ? 1 : batchSize;
      const batch = visitors.slice(start, start + step);
      const added = await this.#db
        .insertInto('experiment_visitors')
        .values(batch.map((visitor) => ({ experiment_id: experiment, visitor, variant, converted: 0 })))
        .onConflict((conflict) => conflict.doNothing())
        .returning('visitor')
        .execute();
      room -= added.length;
      await this.#count(experiment, variant, added.length, 0);
    }
  }

  /** Each once. Answers those that are no visitors of it. */
  async convert(experiment: number, visitors: readonly number[]): Promise<number[]> {
    const unknown: number[] = [];
    for (let start = 0; start < visitors.length; start += batchSize) {
      const batch = visitors.slice(start, start + batchSize);
      const known = await this.#db
        .selectFrom('experiment_visitors')
        .select(['visitor', 'variant', 'converted'])
        .where('experiment_id', '=', experiment)
        .where('visitor', 'in', batch)
        .execute();
      const all = new Set(known.map(({ visitor }) => visitor));
      unknown.push(...batch.filter((visitor) => !all.has(visitor)));
      const fresh = known.filter(({ converted }) => converted === 0);
      if (fresh.length === 0) continue;
      await this.#db
        .updateTable('experiment_visitors')
        .set({ converted: 1 })
        .where('experiment_id', '=', experiment)
        .where(
          'visitor',
          'in',
          fresh.map(({ visitor }) => visitor),
        )
        .execute();
      for (const variant of new Set(fresh.map((one) => one.variant)))
        await this.#count(experiment, variant, 0, fresh.filter((one) => one.variant === variant).length);
    }
    return unknown;
  }

  /** Undefined while nothing was counted. One entry for each variant and front. */
  async read(key: ExperimentKey): Promise<StoredResults | undefined> {
    const found = await this.#find(key);
    if (!found) return undefined;
    const [tallies, variants] = [
      await this.#db
        .selectFrom('experiment_tallies')
        .selectAll()
        .where('experiment_id', '=', found.id)
        .execute(),
      await this.#db
        .selectFrom('experiment_variants')
        .selectAll()
        .where('experiment_id', '=', found.id)
        .execute(),
    ];
    const counts = [
      ...tallies.map(({ variant, tally }) => ({
        ...NOTHING_COUNTED,
        variant,
        ...readTally(tally, key.name),
      })),
      ...variants.map(({ variant, visitors, conversions }) => ({
        ...NOTHING_COUNTED,
        variant,
        visitors,
        conversions,
      })),
    ];
    return { since: found.since, counts };
  }

  /** From now on everything is counted from nothing. `fronts` go on with the totals that they have. */
  async reset(key: ExperimentKey, now: string): Promise<void> {
    const found = await this.#find(key);
    if (!found) return;
    const rows = await this.#db
      .selectFrom('experiment_tallies')
      .selectAll()
      .where('experiment_id', '=', found.id)
      .execute();
    for (const variant of new Set(rows.map((row) => row.variant))) {
      const own = rows.filter((row) => row.variant === variant);
      const living = own.filter(({ front }) => front !== CARRIED);
      const sum = living.map(({ tally }) => readTally(tally, key.name)).reduce(addTallies, NO_TALLY);
      await this.putTally(found.id, variant, CARRIED, negative(sum));
    }
    for (const table of ['experiment_visitors', 'experiment_variants'] as const)
      await this.#db.deleteFrom(table).where('experiment_id', '=', found.id).execute();
    await this.#db.updateTable('experiments').set({ since: now }).where('id', '=', found.id).execute();
  }

  /** What fronts that have ended had counted becomes one row, as there may be many of them in time. */
  async carryOver(running: readonly string[]): Promise<void> {
    const rows = await this.#db
      .selectFrom('experiment_tallies')
      .selectAll()
      .where('front', 'not in', [...running, CARRIED])
      .execute();
    for (const { experiment_id, variant, front, tally } of rows) {
      const carried = await this.#db
        .selectFrom('experiment_tallies')
        .select('tally')
        .where('experiment_id', '=', experiment_id)
        .where('variant', '=', variant)
        .where('front', '=', CARRIED)
        .executeTakeFirst();
      const before = carried ? readTally(carried.tally, variant) : NO_TALLY;
      await this.putTally(experiment_id, variant, CARRIED, addTallies(before, readTally(tally, variant)));
      await this.#db
        .deleteFrom('experiment_tallies')
        .where('experiment_id', '=', experiment_id)
        .where('variant', '=', variant)
        .where('front', '=', front)
        .execute();
    }
  }

  #find({ functionId, name }: ExperimentKey): Promise<{ id: number; since: string } | undefined> {
    return this.#db
      .selectFrom('experiments')
      .select(['id', 'since'])
      .where('function_id', '=', functionId)
      .where('name', '=', name)
      .executeTakeFirst();
  }

  async #count(experiment: number, variant: string, visitors: number, conversions: number): Promise<void> {
    if (visitors === 0 && conversions === 0) return;
    await sql`
      insert into experiment_variants (experiment_id, variant, visitors, conversions)
      values (${experiment}, ${variant}, ${visitors}, ${conversions})
      on conflict (experiment_id, variant) do update set
        visitors = visitors + excluded.visitors, conversions = conversions + excluded.conversions
    `.execute(this.#db);
  }
}

/** In the place of a front's name: what those counted that have ended, less what a reset took away. */
const CARRIED = '';

const NO_TALLY: Tally = { requests: 0, errors: 0, latencyMs: 0, latencySquares: 0, histogram: [] };

const readTally = (text: string, key: string): Tally =>
  readRow(json(tallySchema), text, 'experiment_tallies', key);

function addTallies(a: Tally, b: Tally): Tally {
  const whole = (tally: Tally): VariantCount => ({ ...NOTHING_COUNTED, ...tally, variant: '' });
  const { variant: _, visitors: __, conversions: ___, ...sum } = addVariantCounts(whole(a), whole(b));
  return sum;
}

const negative = ({ requests, errors, latencyMs, latencySquares, histogram }: Tally): Tally => ({
  ...{ requests: -requests, errors: -errors, latencyMs: -latencyMs, latencySquares: -latencySquares },
  histogram: histogram.map((count) => -count),
});
