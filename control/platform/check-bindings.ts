// Refuses a version whose bindings cannot be served, before anything of it is started.

import { AppError } from '../model/errors.ts';
import type { FunctionRecord, VersionRecord } from '../model/function.ts';
import type { Store } from '../store/store.ts';
import type { Catalog } from './catalog.ts';
import { isOwn, serviceNames } from './instance-bindings.ts';

/** @throws {AppError} FN_005 naming the binding, and what it should lead to. */
export async function checkBindings(
  {
    catalog,
    store,
  }: { readonly catalog: Pick<Catalog, 'named'>; readonly store: Pick<Store, 'dispatchNamespaces'> },
  record: FunctionRecord,
  { settings }: Pick<VersionRecord, 'settings'>,
): Promise<void> {
  for (const binding of settings.bindings) {
    if (binding.type === 'dispatch_namespace') {
      if (binding.outbound !== undefined)
        throw refusal(
          binding.name,
          "names an outbound Worker, which is not supported: a function's `egress` says what it reaches",
        );
      const all = await store.dispatchNamespaces.list(record.project);
      if (!all.some(({ name }) => name === binding.namespace))
        throw refusal(
          binding.name,
          `leads to the dispatch namespace "${binding.namespace}", which project "${record.project}" does not have: make it first, with wrangler dispatch-namespace create`,
        );
    }
    if (binding.type === 'durable_object' && binding.script !== undefined && binding.script !== record.name)
      throw refusal(
        binding.name,
        `is the class ${binding.className} of the function "${binding.script}": objects of another function cannot be bound here; reach them through a service binding to it`,
      );
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
