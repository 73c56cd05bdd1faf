// What is committed together with a change of a function: its entry in the audit log, and its environment.

import type { Caller } from '../model/access.ts';
import type { AuditAction, AuditChanges } from '../model/audit.ts';
import type { EnvVariable, FunctionRecord } from '../model/function.ts';
import type { Repositories } from '../store/store.ts';
import { environmentChanges, functionEntry, settingChanges } from './audit-entry.ts';
import type { Alongside } from './deployer.ts';

/** Puts the change into the audit log: what differs from `before`, and `more`. */
export const telling =
  (by: Caller, action: AuditAction, before: FunctionRecord, more: AuditChanges = {}): Alongside =>
  (tx, after, made) =>
    tx.audit.add(
      functionEntry(by, action, after, {
        ...settingChanges(before, after),
        ...(made && { made_version: { new: made.id } }),
        ...more,
      }),
    );

/** As `telling`, and stores the environment, with what the history of secrets has of it. */
export function withEnv(
  by: Caller,
  action: AuditAction,
  record: FunctionRecord,
  before: readonly EnvVariable[],
  after: readonly EnvVariable[],
): Alongside {
  const tell = telling(by, action, record, environmentChanges(before, after));
  return async (tx, ...rest) => {
    await storeEnv(tx, record.id, before, after, by.actor.name);
    await tell(tx, ...rest);
  };
}

/** The removal itself. */
export const removing =
  (by: Caller, record: FunctionRecord) =>
  async (tx: Repositories): Promise<void> => {
    await tx.functions.remove(record.id);
    await tx.audit.add(functionEntry(by, 'function.delete', record, {}));
  };

export async function storeEnv(
  tx: Repositories,
  id: FunctionRecord['id'],
  before: readonly EnvVariable[],
  after: readonly EnvVariable[],
  author: string,
): Promise<void> {
  const now = new Date().toISOString();
  const kept = new Map(after.map((variable) => [variable.key, variable]));
  for (const { key, secret } of before) {
    if (secret && !kept.get(key)?.secret) await tx.secretVersions.end(id, key, now);
    if (!kept.has(key)) await tx.env.remove(id, key);
  }
  for (const variable of after) {
    if (before.includes(variable)) continue;
    await tx.env.set(id, variable);
    const { key: name, value, secret, updatedAt: createdAt } = variable;
    if (secret) await tx.secretVersions.add(id, { name, value, author, createdAt });
  }
}
