// Projects and their environments: made, changed, deleted. What is answered has been committed, and so has its entry
// in the audit log.

import { type Caller, inScope } from '../model/access.ts';
import type { AuditAction, AuditChanges } from '../model/audit.ts';
import {
  type CreateEnvironment,
  deployEnvironmentSchema,
  isBuiltIn,
  type PutEnvironment,
} from '../model/environment.ts';
import { AppError } from '../model/errors.ts';
import { environmentsMax } from '../model/limits.ts';
import type { CreateProject, ProjectRecord, UpdateProject } from '../model/project.ts';
import type { Repositories, Store } from '../store/store.ts';
import { projectEntry } from './audit-entry.ts';
import type { Catalog } from './catalog.ts';
import { KeyedLock } from './keyed-lock.ts';
import { noEnvironment } from './no-environment.ts';
import type { EnvironmentView, Page, PageRequest, ProjectView } from './platform.ts';
import { refuseOutsideOfScope } from './scope.ts';

export interface ProjectsOptions {
  readonly store: Store;
  readonly catalog: Pick<Catalog, 'all'>;
}

export class Projects {
  readonly #options: ProjectsOptions;
  readonly #lock = new KeyedLock();

  constructor(options: ProjectsOptions) {
    this.#options = options;
  }

  /** What is outside of the caller's projects is as if it were not there. */
  async find({ actor }: Caller, name: string): Promise<ProjectRecord> {
    const record = inScope(actor.projects, name) ? await this.#options.store.projects.get(name) : undefined;
    if (record) return record;
    throw new AppError(
      'FN_001',
      `There is no project "${name.slice(0, 80)}": GET /projects lists them, and POST /projects {"name": "…"} makes one.`,
    );
  }

  async list({ actor }: Caller, page: PageRequest): Promise<Page<ProjectView>> {
    const { items, cursor } = await this.#options.store.projects.list({ ...page, projects: actor.projects });
    const counts = this.#counts(({ project }) => project);
    return { items: items.map((record) => ({ record, functions: counts.get(record.name) ?? 0 })), cursor };
  }

  async get(by: Caller, name: string): Promise<ProjectView> {
    const record = await this.find(by, name);
    return { record, functions: this.#counts(({ project }) => project).get(name) ?? 0 };
  }

  async create(by: Caller, { name, description, settings }: CreateProject): Promise<ProjectView> {
    refuseOutsideOfScope(by, name);
    await this.#options.store.transaction(async (tx) => {
      if (!(await tx.projects.ensure(name, new Date().toISOString()))) throw taken(name);
      await tx.projects.update(name, { description, settings });
      const changes = { description: { new: description }, settings: { new: settings } };
      await tell(tx, by, 'project.create', name, changes);
    });
    return this.get(by, name);
  }

  async update(by: Caller, name: string, input: UpdateProject): Promise<ProjectView> {
    return this.#lock.run(name, async () => {
      const before = await this.find(by, name);
      const after = {
        description: input.description ?? before.description,
        settings: { ...before.settings, ...input.settings },
      };
      await this.#options.store.transaction(async (tx) => {
        await tx.projects.update(name, after);
        await tell(tx, by, 'project.update', name, differences(before, after));
      });
      return this.get(by, name);
    });
  }

  async delete(by: Caller, name: string): Promise<void> {
    return this.#lock.run(name, async () => {
      await this.find(by, name);
      if (name === 'default')
        throw new AppError(
          'FN_006',
          '"default" is where functions are made that name no project: it stays.',
          {
            status: 409,
          },
        );
      await this.#options.store.transaction(async (tx) => {
        const { items } = await tx.functions.list({ project: name, limit: 1 });
        if (items[0]) throw inUse(`Project "${name}"`, items[0].name, `?project=${name}`);
        await tx.projects.remove(name);
        // Another project of that name is not to be opened by them.
        await tx.apiKeys.removeOfProject(name);
        await tell(tx, by, 'project.delete', name, {});
      });
    });
  }

  async listEnvironments(by: Caller, project: string): Promise<EnvironmentView[]> {
    await this.find(by, project);
    const counts = this.#counts((one) => (one.project === project ? one.environment : ''));
    const records = await this.#options.store.environments.list(project);
    return records.map((record) => ({ record, functions: counts.get(record.name) ?? 0 }));
  }

  async getEnvironment(by: Caller, project: string, name: string): Promise<EnvironmentView> {
    const view = (await this.listEnvironments(by, project)).find(({ record }) => record.name === name);
    if (view) return view;
    throw noEnvironment(project, name);
  }

  createEnvironment(by: Caller, project: string, input: CreateEnvironment): Promise<EnvironmentView> {
    return this.#put(by, project, input, true);
  }

  async putEnvironment(
    by: Caller,
    project: string,
    name: string,
    { description }: PutEnvironment,
  ): Promise<EnvironmentView> {
    const checked = deployEnvironmentSchema.safeParse(name);
    if (!checked.success)
      throw new AppError(
        'FN_006',
        `The environment's name is "${name.slice(0, 80)}": it ${checked.error.issues[0]?.message}.`,
      );
    return this.#put(by, project, { name, description }, false);
  }

  deleteEnvironment(by: Caller, project: string, name: string): Promise<void> {
    return this.#lock.run(project, async () => {
      await this.getEnvironment(by, project, name);
      if (isBuiltIn(name))
        throw new AppError('FN_006', `"${name}" is in every project, and stays.`, { status: 409 });
      await this.#options.store.transaction(async (tx) => {
        const { items } = await tx.functions.list({ project, environment: name, limit: 1 });
        if (items[0]) throw inUse(`Environment "${name}"`, items[0].name, `?project=${project}`);
        await tx.overlay.clear(project, name);
        await tx.environments.remove(project, name);
        await tell(tx, by, 'environment.delete', project, { environment: { old: name } });
      });
    });
  }

  #put(by: Caller, project: string, input: CreateEnvironment, isNew: boolean): Promise<EnvironmentView> {
    const { name, description } = input;
    return this.#lock.run(project, async () => {
      const views = await this.listEnvironments(by, project);
      const before = views.find(({ record }) => record.name === name)?.record;
      if (before && isNew)
        throw new AppError('FN_006', `name is "${name}", and project "${project}" has that environment.`, {
          status: 409,
          issues: [{ message: 'is taken', path: 'name' }],
        });
      const made = views.filter(({ record }) => !isBuiltIn(record.name)).length;
      if (!before && made >= environmentsMax)
        throw new AppError(
          'FN_006',
          `Project "${project}" has ${made} environments of its own, which is the most it may have: delete one first.`,
          { status: 409 },
        );
      await this.#options.store.transaction(async (tx) => {
        await tx.environments.put(project, name, description, new Date().toISOString());
        await tell(tx, by, before ? 'environment.update' : 'environment.create', project, {
          environment: { ...(before && { old: name }), new: name },
          description: { ...(before && { old: before.description }), new: description },
        });
      });
      return this.getEnvironment(by, project, name);
    });
  }

  #counts(of: (record: { project: string; environment: string }) => string): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { record } of this.#options.catalog.all())
      counts.set(of(record), (counts.get(of(record)) ?? 0) + 1);
    return counts;
  }
}

const tell = (
  tx: Repositories,
  by: Caller,
  action: AuditAction,
  project: string,
  changes: AuditChanges,
): Promise<void> => tx.audit.add(projectEntry(by, action, project, changes));

function differences(
  before: Pick<ProjectRecord, 'description' | 'settings'>,
  after: Pick<ProjectRecord, 'description' | 'settings'>,
): AuditChanges {
  const settings = new Map<string, unknown>(Object.entries(before.settings));
  return Object.fromEntries([
    ...(before.description === after.description
      ? []
      : [['description', { old: before.description, new: after.description }]]),
    ...Object.entries(after.settings)
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(settings.get(name)))
      .map(([name, value]) => [`settings.${name}`, { old: settings.get(name), new: value }]),
  ]);
}

const taken = (name: string): AppError =>
  new AppError('FN_006', `name is "${name}", and there is a project of that name.`, {
    status: 409,
    issues: [{ message: 'is taken', path: 'name' }],
  });

const inUse = (what: string, name: string, query: string): AppError =>
  new AppError(
    'FN_006',
    `${what} has functions, "${name}" among them: delete them first, with DELETE /functions/${name}${query}.`,
    { status: 409 },
  );
