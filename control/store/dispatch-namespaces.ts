// Dispatch namespaces as stored. What is in one are functions of its project, told by their names.

import type { Kysely, Selectable } from 'kysely';
import type { DispatchNamespace } from '../model/dispatch-namespace.ts';
import type { DispatchNamespacesTable, Schema } from './schema.ts';

const toRecord = (row: Selectable<DispatchNamespacesTable>): DispatchNamespace => ({
  ...{ id: row.id, project: row.project, name: row.name },
  ...{ createdAt: row.created_at, updatedAt: row.updated_at },
});

export class DispatchNamespaces {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /** By name. */
  async list(project: string): Promise<DispatchNamespace[]> {
    const rows = await this.#db
      .selectFrom('dispatch_namespaces')
      .selectAll()
      .where('project', '=', project)
      .orderBy('name')
      .execute();
    return rows.map(toRecord);
  }

  async insert({ createdAt, updatedAt, ...same }: DispatchNamespace): Promise<void> {
    const row = { ...same, created_at: createdAt, updated_at: updatedAt };
    await this.#db.insertInto('dispatch_namespaces').values(row).execute();
  }

  async rename(id: string, name: string, updatedAt: string): Promise<void> {
    const changes = { name, updated_at: updatedAt };
    await this.#db.updateTable('dispatch_namespaces').set(changes).where('id', '=', id).execute();
  }

  async remove(id: string): Promise<void> {
    await this.#db.deleteFrom('dispatch_namespaces').where('id', '=', id).execute();
  }
}
