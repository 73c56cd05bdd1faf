// Refuses a version whose bindings cannot be served, before anything of it is started.

import { AppError } from '../model/errors.ts';
import type { FunctionRecord, VersionRecord } from '../model/function.ts';
import type { Catalog } from './catalog.ts';
import { isOwn, serviceNames } from './instance-bindings.ts';

/** @throws {AppError} FN_005 naming the binding, and what it should lead to. */
export function checkBindings(
  catalog: Pick<Catalog, 'named'>,
  record: FunctionRecord,
  { settings }: Pick<VersionRecord, 'settings'>,
): void {
  for (const binding of settings.bindings) {
    if (binding.type === 'service' && !isOwn(record, binding)) {
      const names = serviceNames(record, binding);
      if (names.some((name) => catalog.named(record.project, name))) continue;
      throw refusal(
        binding.name,
        `leads to the function "${binding.service}", which project "${record.project}" does not have: deploy that one first`,
      );
    }
  }
}

const refusal = (name: string, why: string): AppError =>
  new AppError('FN_005', `The binding "${name}" ${why}.`, {
    issues: [{ message: `The binding "${name}" ${why}.`, path: 'bindings' }],
  });
