// The audit log as stored. An entry of a change is added in the transaction that makes the change, so that what
// was acknowledged is in the log, and what is in the log was done.

import type { ExpressionBuilder, Kysely } from 'kysely';
import { z } from 'zod';
import { ROLES } from '../model/access.ts';
import { AUDIT_ACTIONS, type AuditEntry, type AuditRecord } from '../model/audit.ts';
import { auditChangesMax, auditDays, auditRefusalsMax } from '../model/limits.ts';
import type { AuditQuery, Page } from '../platform/platform.ts';
import { readCursor, toPage } from './cursor.ts';
import { json, readRow } from './row.ts';
import type { AuditTable, Schema } from './schema.ts';

/** Longest JSON text of one value; the rest is cut. Most of a setting's values are far shorter. */
const auditValueLengthMax = 2000;
const REFUSAL = 'access.refuse';

export interface AuditRetention {
  readonly days: number;
  readonly changesMax: number;
  readonly refusalsMax: number;
}
export const auditRetention: AuditRetention = {
  days: auditDays,
  changesMax: auditChangesMax,
  refusalsMax: auditRefusalsMax,
};

const rowSchema = z.strictObject({
  sequence: z.int(),
  time: z.string(),
  actor_id: z.string().nullable(),
  actor_name: z.string(),
  actor_role: z.enum(ROLES).nullable(),
  action: z.enum(AUDIT_ACTIONS),
  project: z.string().nullable(),
  function_id: z.string().nullable(),
  function_name: z.string().nullable(),
  key_id: z.string().nullable(),
  request_id: z.string(),
  address: z.string().nullable(),
  changes: json(
    z.record(z.string(), z.strictObject({ old: z.unknown().optional(), new: z.unknown().optional() })),
  ),
  refused: json(
    z
      .strictObject({ status: z.literal([401, 403]), operation: z.string().nullable(), count: z.int() })
      .nullable(),
  ),
});

function toRecord(row: AuditTable): AuditRecord {
  const read = readRow(rowSchema, row, 'audit', String(row.sequence));
  const { function_id, function_name } = read;
  return {
    id: String(read.sequence),
    time: read.time,
    actor: { id: read.actor_id, name: read.actor_name, role: read.actor_role },
    action: read.action,
    project: read.project,
    function: function_id === null ? null : { id: function_id, name: function_name ?? '' },
    key: read.key_id,
    requestId: read.request_id,
    address: read.address,
    changes: read.changes,
    refused: read.refused,
  };
}

export class Audit {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async add(entry: AuditEntry): Promise<void> {
    await this.#db
      .insertInto('audit')
      .values((value) => ({
        sequence: value
          .selectFrom('audit')
          .select((select) =>
            select(select.fn.coalesce(select.fn.max('sequence'), select.lit(0)), '+', 1).as('next'),
          ),
        time: entry.time,
        actor_id: entry.actor.id,
        actor_name: entry.actor.name,
        actor_role: entry.actor.role,
        action: entry.action,
        project: entry.project,
        function_id: entry.function?.id ?? null,
        function_name: entry.function?.name ?? null,
        key_id: entry.key,
        request_id: entry.requestId,
        address: entry.address,
        changes: JSON.stringify(entry.changes, shortened),
        refused: JSON.stringify(entry.refused),
      }))
      .execute();
  }

  /** Newest first. */
  async list(query: AuditQuery): Promise<Page<AuditRecord>> {
    let select = this.#db.selectFrom('audit').selectAll();
    const { visibleTo, since, until, actor, action, project, function: named, cursor, limit } = query;
    if (visibleTo !== undefined) select = select.where((where) => mayBeSeen(where, visibleTo));
    if (since !== undefined) select = select.where('time', '>=', since);
    if (until !== undefined) select = select.where('time', '<', until);
    if (actor !== undefined)
      select = select.where((where) =>
        where.or([where('actor_id', '=', actor), where('actor_name', '=', actor)]),
      );
    if (action !== undefined) select = select.where('action', '=', action);
    if (project !== undefined) select = select.where('project', '=', project);
    if (named !== undefined)
      select = select.where((where) =>
        where.or([where('function_id', '=', named), where('function_name', '=', named)]),
      );
    if (cursor !== undefined) select = select.where('sequence', '<', Number(readCursor(cursor)[0]));
    const rows = await select
      .orderBy('sequence', 'desc')
      .limit(limit + 1)
      .execute();
    return toPage(rows.map(toRecord), limit, (entry) => [entry.id, entry.time]);
  }

  /** Forgets what is too old, and the oldest of what is too much; answers how many. */
  async trim(now: Date, retention: AuditRetention = auditRetention): Promise<number> {
    const { days, changesMax, refusalsMax } = retention;
    const oldest = new Date(now.getTime() - days * 24 * 3_600_000).toISOString();
    const aged = await this.#db.deleteFrom('audit').where('time', '<', oldest).executeTakeFirst();
    const changes = await this.#trimTo('!=', changesMax);
    return Number(aged.numDeletedRows) + changes + (await this.#trimTo('=', refusalsMax));
  }

  async #trimTo(isRefusal: '=' | '!=', rowsMax: number): Promise<number> {
    const first = await this.#db
      .selectFrom('audit')
      .select('sequence')
      .where('action', isRefusal, REFUSAL)
      .orderBy('sequence', 'desc')
      .offset(rowsMax)
      .limit(1)
      .executeTakeFirst();
    if (!first) return 0;
    const result = await this.#db
      .deleteFrom('audit')
      .where('action', isRefusal, REFUSAL)
      .where('sequence', '<=', first.sequence)
      .executeTakeFirst();
    return Number(result.numDeletedRows);
  }
}

/** What happened in the projects, and what the actor did itself, such as making a key. */
function mayBeSeen(
  where: ExpressionBuilder<Schema, 'audit'>,
  { projects, actor }: NonNullable<AuditQuery['visibleTo']>,
) {
  return where.or([where('project', 'in', projects), where('actor_id', '=', actor)]);
}

/** As a replacer of JSON.stringify: `old` and `new` are where values are. */
function shortened(field: string, value: unknown): unknown {
  if (field !== 'old' && field !== 'new') return value;
  const text = JSON.stringify(value);
  if (text === undefined || text.length <= auditValueLengthMax) return value;
  return `${text.slice(0, auditValueLengthMax)}… (${text.length} characters)`;
}
