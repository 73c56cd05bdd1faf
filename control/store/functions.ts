// Functions as stored.

import { type Insertable, type Kysely, sql, type Updateable } from 'kysely';
import { z } from 'zod';
import { versionAssetsSchema } from '../model/assets.ts';
import { bindingsSchema } from '../model/binding.ts';
import { egressSchema } from '../model/egress.ts';
import { AppError } from '../model/errors.ts';
import { CONVENTIONS, type FunctionRecord, rateLimitSchema, STATUSES } from '../model/function.ts';
import type { FunctionId, VersionId } from '../model/ids.ts';
import { routeRulesSchema, rulesSchema } from '../model/rules.ts';
import { stickySchema } from '../model/sticky.ts';
import type { ListFunctions, Page } from '../platform/platform.ts';
import { readCursor, toPage } from './cursor.ts';
import { flag, id, json, readRow, toFlag } from './row.ts';
import type { FunctionsTable, Schema } from './schema.ts';
import { isUniqueViolation } from './storage-error.ts';

/** What may change of a function. Its id, its project and the time of its making may not. */
export type FunctionChanges = Partial<Omit<FunctionRecord, 'id' | 'project' | 'createdAt'>> &
  Pick<FunctionRecord, 'updatedAt'>;

const storedRouteSchema = z.strictObject({
  pattern: z.string(),
  methods: z.array(z.string()).optional(),
  rules: routeRulesSchema.optional(),
});

const rowSchema = z.strictObject({
  id: id<FunctionId>(),
  project: z.string(),
  name: z.string(),
  description: z.string(),
  runtime: z.string(),
  handler: z.string(),
  convention: z.enum(['auto', ...CONVENTIONS]),
  timeout: z.int(),
  memory: z.int(),
  vcpu: z.int(),
  cpu_ms: z.int().nullable(),
  wait_until_timeout: z.int(),
  stream_timeout: z.int(),
  egress: json(egressSchema),
  rate_limit: json(rateLimitSchema),
  concurrency: z.int(),
  scaling: json(
    z.strictObject({
      minInstances: z.int(),
      maxInstances: z.int(),
      targetConcurrency: z.int().optional(),
      idleSeconds: z.int(),
      queueLength: z.int(),
      queueSeconds: z.int(),
    }),
  ),
  public: flag,
  dependencies: json(z.record(z.string(), z.string())),
  routes: json(z.array(storedRouteSchema)),
  compatibility_date: z.string(),
  compatibility_flags: json(z.array(z.string())),
  labels: json(z.record(z.string(), z.string())),
  failed_build_logs: json(z.array(z.string())).nullable(),
  environment: z.string(),
  base: z.string(),
  env_required: json(z.array(z.string())),
  sticky: json(stickySchema),
  shadow: json(z.strictObject({ version: id<VersionId>(), shareBp: z.int() }).nullable()).nullable(),
  crons: json(z.array(z.string())),
  migration_tag: z.string().nullable(),
  bindings: json(bindingsSchema),
  assets: json(versionAssetsSchema.nullable()).nullable(),
  rules: json(rulesSchema),
  status: z.enum(STATUSES),
  active_version: id<VersionId>().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

function toRecord(row: FunctionsTable): FunctionRecord {
  const { compatibility_date, compatibility_flags, active_version, created_at, updated_at, ...rest } =
    readRow(rowSchema, row, 'functions', row.id);
  const { cpu_ms, wait_until_timeout, stream_timeout, rate_limit, failed_build_logs, ...others } = rest;
  const { env_required, migration_tag, ...same } = others;
  return {
    ...same,
    envRequired: env_required,
    migrationTag: migration_tag,
    cpuMs: cpu_ms,
    waitUntilTimeout: wait_until_timeout,
    streamTimeout: stream_timeout,
    rateLimit: rate_limit,
    failedBuildLogs: failed_build_logs,
    compatibilityDate: compatibility_date,
    compatibilityFlags: compatibility_flags,
    activeVersion: active_version,
    createdAt: created_at,
    updatedAt: updated_at,
  };
}

/** Columns of what may change and is given; the others are absent, not null. */
function toColumns(changes: Partial<FunctionChanges>): Updateable<FunctionsTable> {
  const columns: Record<string, unknown> = {
    name: changes.name,
    description: changes.description,
    runtime: changes.runtime,
    handler: changes.handler,
    convention: changes.convention,
    timeout: changes.timeout,
    memory: changes.memory,
    vcpu: changes.vcpu,
    cpu_ms: changes.cpuMs,
    wait_until_timeout: changes.waitUntilTimeout,
    stream_timeout: changes.streamTimeout,
    egress: changes.egress && JSON.stringify(changes.egress),
    rate_limit: changes.rateLimit === undefined ? undefined : JSON.stringify(changes.rateLimit),
    concurrency: changes.concurrency,
    scaling: changes.scaling && JSON.stringify(changes.scaling),
    public: changes.public === undefined ? undefined : toFlag(changes.public),
    dependencies: changes.dependencies && JSON.stringify(changes.dependencies),
    routes: changes.routes && JSON.stringify(changes.routes),
    compatibility_date: changes.compatibilityDate,
    compatibility_flags: changes.compatibilityFlags && JSON.stringify(changes.compatibilityFlags),
    labels: changes.labels && JSON.stringify(changes.labels),
    failed_build_logs: changes.failedBuildLogs && JSON.stringify(changes.failedBuildLogs),
    environment: changes.environment,
    base: changes.base,
    env_required: changes.envRequired && JSON.stringify(changes.envRequired),
    sticky: changes.sticky && JSON.stringify(changes.sticky),
    shadow: changes.shadow === undefined ? undefined : JSON.stringify(changes.shadow),
    crons: changes.crons && JSON.stringify(changes.crons),
    migration_tag: changes.migrationTag,
    bindings: changes.bindings && JSON.stringify(changes.bindings),
    assets: changes.assets === undefined ? undefined : JSON.stringify(changes.assets),
    rules: changes.rules && JSON.stringify(changes.rules),
    status: changes.status,
    active_version: changes.activeVersion,
    updated_at: changes.updatedAt,
  };
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined));
}

export class Functions {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  /**
   * Its project is made with it if it does not exist yet.
   *
   * @throws {AppError} FN_006 with status 409 when the project has a function of this name.
   */
  async insert(record: FunctionRecord): Promise<void> {
    await this.#db
      .insertInto('projects')
      .values({ name: record.project, created_at: record.createdAt })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await namingConflict(record.project, record.name, () =>
      this.#db
        .insertInto('functions')
        .values({
          ...toColumns(record),
          id: record.id,
          project: record.project,
          created_at: record.createdAt,
        } as Insertable<FunctionsTable>)
        .execute(),
    );
  }

  async get(id: FunctionId): Promise<FunctionRecord | undefined> {
    const row = await this.#db.selectFrom('functions').selectAll().where('id', '=', id).executeTakeFirst();
    return row && toRecord(row);
  }

  async getByName(project: string, name: string): Promise<FunctionRecord | undefined> {
    const row = await this.#db
      .selectFrom('functions')
      .selectAll()
      .where('project', '=', project)
      .where('name', '=', name)
      .executeTakeFirst();
    return row && toRecord(row);
  }

  /** Oldest first. `search` is any part of the name, letter case aside. */
  async list(query: ListFunctions): Promise<Page<FunctionRecord>> {
    let select = this.#db.selectFrom('functions').selectAll();
    if (query.project !== undefined) select = select.where('project', '=', query.project);
    if (query.projects) select = select.where('project', 'in', query.projects);
    if (query.environment !== undefined) select = select.where('environment', '=', query.environment);
    if (query.status !== undefined) select = select.where('status', '=', query.status);
    if (query.search !== undefined) {
      // Names are lower case. PostgreSQL's LIKE minds the case, SQLite's does not: this way they agree.
      const pattern = `%${query.search.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
      select = select.where(sql<boolean>`name like ${pattern} escape '\\'`);
    }
    if (query.cursor !== undefined) {
      const [createdAt, id] = readCursor(query.cursor);
      select = select.where((where) =>
        where(where.refTuple('created_at', 'id'), '>', where.tuple(createdAt, id as FunctionId)),
      );
    }
    const rows = await select
      .orderBy('created_at')
      .orderBy('id')
      .limit(query.limit + 1)
      .execute();
    return toPage(rows.map(toRecord), query.limit, (record) => [record.createdAt, record.id]);
  }

  /** Every function, oldest first: what control starts from. */
  async all(): Promise<FunctionRecord[]> {
    const rows = await this.#db
      .selectFrom('functions')
      .selectAll()
      .orderBy('created_at')
      .orderBy('id')
      .execute();
    return rows.map(toRecord);
  }

  async count(): Promise<number> {
    const row = await this.#db
      .selectFrom('functions')
      .select((select) => select.fn.countAll<number | bigint | string>().as('count'))
      .executeTakeFirstOrThrow();
    return Number(row.count);
  }

  /** Changes what is given and leaves the rest; answers the whole function as it is now. */
  async update(id: FunctionId, changes: FunctionChanges): Promise<FunctionRecord> {
    const row = await namingConflict(undefined, changes.name, () =>
      this.#db
        .updateTable('functions')
        .set(toColumns(changes))
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst(),
    );
    if (row === undefined)
      throw new AppError('FN_001', `There is no function ${id}: it may have been removed.`);
    return toRecord(row);
  }

  /** With its versions, deployments and environment; its bundles are left to garbage collection. */
  async remove(id: FunctionId): Promise<boolean> {
    const result = await this.#db.deleteFrom('functions').where('id', '=', id).executeTakeFirst();
    return result.numDeletedRows > 0n;
  }
}

async function namingConflict<T>(
  project: string | undefined,
  name: string | undefined,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const where = project === undefined ? 'its project' : `project "${project}"`;
    throw new AppError(
      'FN_006',
      `name is "${name}", and ${where} already has a function of that name: choose another name, or update or remove that function.`,
      { status: 409, issues: [{ message: 'is taken', path: 'name' }] },
      error,
    );
  }
}
