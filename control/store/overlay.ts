// Variables that are in no version: of projects, of environments, and of functions in environments.

import { strict as assert } from 'node:assert';
import type { Kysely } from 'kysely';
import type { FunctionId } from '../model/ids.ts';
import type { OverlayScope, OverlayVariable } from '../model/overlay.ts';
import { isSealed } from '../model/sealed.ts';
import type { OverlayEnvTable, Schema } from './schema.ts';

const columnsOf = ({ project, environment, base }: OverlayScope) => ({
  ...{ project, environment: environment ?? '', base: base ?? '' },
});

const toVariable = (row: OverlayEnvTable): OverlayVariable => ({
  project: row.project,
  environment: row.environment === '' ? null : row.environment,
  base: row.base === '' ? null : row.base,
  key: row.key,
  value: row.value,
  secret: row.secret === 1,
  updatedAt: row.updated_at,
});

export class OverlayEnv {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** Of just this place, by key. */
  async list(scope: OverlayScope): Promise<OverlayVariable[]> {
    const { project, environment, base } = columnsOf(scope);
    const rows = await this.#db
      .selectFrom('overlay_env')
      .selectAll()
      .where('project', '=', project)
      .where('environment', '=', environment)
      .where('base', '=', base)
      .orderBy('key')
      .execute();
    return rows.map(toVariable);
  }

  /** All that a function in an environment gets, in an order that depends on nothing else. */
  async forFunction(project: string, environment: string, base: string): Promise<OverlayVariable[]> {
    const rows = await this.#db
      .selectFrom('overlay_env')
      .selectAll()
      .where('project', '=', project)
      .where('environment', 'in', ['', environment])
      .where('base', 'in', ['', base])
      .orderBy('environment')
      .orderBy('base')
      .orderBy('key')
      .execute();
    return rows.map(toVariable);
  }

  /** Sets one variable, new or not. */
  async set(variable: OverlayVariable): Promise<void> {
    assert(!variable.secret || isSealed(variable.value), 'a secret is sealed before it is stored');
    const columns = {
      value: variable.value,
      secret: variable.secret ? 1 : 0,
      updated_at: variable.updatedAt,
    };
    await this.#db
      .insertInto('overlay_env')
      .values({ ...columnsOf(variable), key: variable.key, ...columns })
      .onConflict((conflict) =>
        conflict.columns(['project', 'environment', 'base', 'key']).doUpdateSet(columns),
      )
      .execute();
  }

  async remove(scope: OverlayScope, key: string): Promise<void> {
    const { project, environment, base } = columnsOf(scope);
    await this.#db
      .deleteFrom('overlay_env')
      .where('project', '=', project)
      .where('environment', '=', environment)
      .where('base', '=', base)
      .where('key', '=', key)
      .execute();
  }

  /** All of an environment, those of single functions among them. */
  async clear(project: string, environment: string): Promise<void> {
    await this.#db
      .deleteFrom('overlay_env')
      .where('project', '=', project)
      .where('environment', '=', environment)
      .execute();
  }

  /** A function that is gone has no variables, also not for the next one of its name. */
  async clearFunction(project: string, environment: string, base: string): Promise<void> {
    await this.#db
      .deleteFrom('overlay_env')
      .where('project', '=', project)
      .where('environment', '=', environment)
      .where('base', '=', base)
      .execute();
  }

  /** These functions' instances have to be replaced, by a later control if not by this one. */
  async owe(functionIds: readonly FunctionId[]): Promise<void> {
    for (const function_id of functionIds)
      await this.#db
        .insertInto('overlay_renewals')
        .values({ function_id })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
  }

  async settle(functionId: FunctionId): Promise<void> {
    await this.#db.deleteFrom('overlay_renewals').where('function_id', '=', functionId).execute();
  }

  async owed(): Promise<FunctionId[]> {
    const rows = await this.#db.selectFrom('overlay_renewals').selectAll().execute();
    return rows.map((row) => row.function_id);
  }
}
