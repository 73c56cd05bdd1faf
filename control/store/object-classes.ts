// Classes of Durable Objects as stored: each has a key that names its storage. Two names may have one key: a class that
// was renamed is found by both, so that a version of before the renaming still finds its objects.

import type { Kysely } from 'kysely';
import type { FunctionId } from '../model/ids.ts';
import type { Schema } from './schema.ts';

export interface ObjectClassRecord {
  readonly className: string;
  readonly uniqueKey: string;
}

export class ObjectClasses {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** By name. */
  async list(functionId: FunctionId): Promise<ObjectClassRecord[]> {
    const rows = await this.#db
      .selectFrom('object_classes')
      .select(['class_name', 'unique_key'])
      .where('function_id', '=', functionId)
      .orderBy('class_name')
      .execute();
    return rows.map(({ class_name, unique_key }) => ({ className: class_name, uniqueKey: unique_key }));
  }

  /** One that is there stays as it is. */
  async add(functionId: FunctionId, { className, uniqueKey }: ObjectClassRecord): Promise<void> {
    await this.#db
      .insertInto('object_classes')
      .values({
        ...{ function_id: functionId, class_name: className, unique_key: uniqueKey },
        created_at: new Date().toISOString(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  /** All names of a storage. */
  async remove(functionId: FunctionId, uniqueKey: string): Promise<void> {
    await this.#db
      .deleteFrom('object_classes')
      .where('function_id', '=', functionId)
      .where('unique_key', '=', uniqueKey)
      .execute();
  }
}
