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

/** As `telling`, and stores the environment. */
export function withEnv(
  by: Caller,
  action: AuditAction,
  record: FunctionRecord,
  before: readonly EnvVariable[],
  after: readonly EnvVariable[],
): Alongside {
  const tell = telling(by, action, record, environmentChanges(before, after));
  return async (tx, ...rest) => {
    await storeEnv(tx, record.id, before, after);
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
): Promise<void> {
  const kept = new Set(after.map(({ key }) => key));
  for (const { key } of before) if (!kept.has(key)) await tx.env.remove(id, key);
  for (const variable of after) if (!before.includes(variable)) await tx.env.set(id, variable);
}
