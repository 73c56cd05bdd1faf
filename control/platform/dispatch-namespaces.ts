// Dispatch namespaces of projects. What is in one are functions like others, whose names say so; see the model.

import { randomUUID } from 'node:crypto';
import { type Caller, inScope } from '../model/access.ts';
import type { AuditAction, AuditChanges } from '../model/audit.ts';
import { type DispatchNamespace, namespacedName } from '../model/dispatch-namespace.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord } from '../model/function.ts';
import type { Store } from '../store/store.ts';
import { projectEntry } from './audit-entry.ts';
import type { Catalog } from './catalog.ts';
import type { Functions } from './functions.ts';

/** Of one project. */
export const namespacesMax = 1000;

export interface DispatchNamespacesOptions {
  readonly store: Pick<Store, 'dispatchNamespaces' | 'transaction'>;
  readonly catalog: Pick<Catalog, 'all'>;
  readonly functions: Pick<Functions, 'update' | 'delete'>;
}

export class DispatchNamespaces {
  readonly #options: DispatchNamespacesOptions;

  constructor(options: DispatchNamespacesOptions) {
    this.#options = options;
  }

  list(by: Caller, project: string): Promise<readonly DispatchNamespace[]> {
    return inScope(by.actor.projects, project)
      ? this.#options.store.dispatchNamespaces.list(project)
      : Promise.resolve([]);
  }

  /** @throws {AppError} FN_001 when there is none. */
  async get(by: Caller, project: string, name: string): Promise<DispatchNamespace> {
    const found = (await this.list(by, project)).find((one) => one.name === name);
    if (found) return found;
    throw new AppError(
      'FN_001',
      `There is no dispatch namespace "${name.slice(0, 80)}" in project "${project}": make it with wrangler dispatch-namespace create.`,
    );
  }

  async create(by: Caller, project: string, name: string): Promise<DispatchNamespace> {
    const all = await this.list(by, project);
    refuseTaken(all, name);
    if (all.length >= namespacesMax)
      throw new AppError(
        'FN_006',
        `The project has ${all.length} dispatch namespaces: at most ${namespacesMax} are taken.`,
      );
    const now = new Date().toISOString();
    const made: DispatchNamespace = { id: randomUUID(), project, name, createdAt: now, updatedAt: now };
    await this.#commit(by, 'namespace.create', project, { [name]: { new: name } }, (store) =>
      store.dispatchNamespaces.insert(made),
    );
    return made;
  }

  /** With all functions in it. A binding of the old name finds none from then on. */
  async rename(by: Caller, project: string, name: string, to: string): Promise<DispatchNamespace> {
    const before = await this.get(by, project, name);
    if (to === name) return before;
    refuseTaken(await this.list(by, project), to);
    const updatedAt = new Date().toISOString();
    await this.#commit(by, 'namespace.rename', project, { [name]: { old: name, new: to } }, (store) =>
      store.dispatchNamespaces.rename(before.id, to, updatedAt),
    );
    for (const { id, name: old } of this.#within(project, name)) {
      const renamed = namespacedName(to, old.slice(namespacedName(name, '').length));
      await this.#options.functions.update(by, { idOrName: id }, { name: renamed });
    }
    return { ...before, name: to, updatedAt };
  }

  /** With all functions in it. */
  async delete(by: Caller, project: string, name: string): Promise<void> {
    const { id } = await this.get(by, project, name);
    for (const { id: function_ } of this.#within(project, name))
      await this.#options.functions.delete(by, { idOrName: function_ });
    await this.#commit(by, 'namespace.delete', project, { [name]: { old: name } }, (store) =>
      store.dispatchNamespaces.remove(id),
    );
  }

  /** How many functions there are in each. */
  count(project: string, name: string): number {
    return this.#within(project, name).length;
  }

  #within(project: string, namespace: string): FunctionRecord[] {
    const prefix = namespacedName(namespace, '');
    return [...this.#options.catalog.all()]
      .map(({ record }) => record)
      .filter((record) => record.project === project && record.name.startsWith(prefix));
  }

  #commit(
    by: Caller,
    action: AuditAction,
    project: string,
    changes: AuditChanges,
    work: (store: Pick<Store, 'dispatchNamespaces'>) => Promise<void>,
  ): Promise<void> {
    return this.#options.store.transaction(async (tx) => {
      await work(tx);
      await tx.audit.add(projectEntry(by, action, project, changes));
    });
  }
}

function refuseTaken(all: readonly DispatchNamespace[], name: string): void {
  if (all.some((one) => one.name === name))
    throw new AppError('FN_006', `There is a dispatch namespace "${name}" already: take another name.`, {
      status: 409,
    });
}
