// A version's bindings as its instances are given them: what they lead to is written down and signed.

import type { VersionBinding } from '../model/binding.ts';
import type { FunctionRecord, VersionRecord } from '../model/function.ts';
import type { InstanceBinding } from '../workerd/instance-bindings.ts';
import type { Grants } from './grants.ts';
import type { ObjectKeys } from './objects.ts';

type Owner = Pick<FunctionRecord, 'project' | 'name' | 'base' | 'environment'>;

/** Names that a service binding may mean, the best first: an environment's own function, then the one of `prod`. */
export function serviceNames(
  owner: Pick<Owner, 'environment'>,
  { service, environment = owner.environment }: { service: string; environment?: string | undefined },
): readonly string[] {
  return environment === 'prod' || environment === 'production'
    ? [service]
    : [`${service}-${environment}`, service];
}

/** Whether a service binding leads to the function that has it. */
export const isOwn = (
  owner: Owner,
  binding: { service: string; environment?: string | undefined },
): boolean =>
  serviceNames(owner, binding)[0] === owner.name ||
  (binding.service === owner.base && binding.environment === undefined);

export function instanceBindings(
  record: Owner,
  version: Pick<VersionRecord, 'id' | 'settings' | 'annotations' | 'createdAt'>,
  grants: Grants,
  keys: ObjectKeys,
): readonly InstanceBinding[] {
  return version.settings.bindings.flatMap((binding) => {
    if (binding.type !== 'durable_object') return instanceBinding(binding, record, version, grants);
    const { name, className } = binding;
    return [{ kind: 'object', name, className, uniqueKey: keys.get(className) ?? className } as const];
  });
}

function instanceBinding(
  binding: VersionBinding,
  record: Owner,
  version: Pick<VersionRecord, 'id' | 'annotations' | 'createdAt'>,
  grants: Grants,
): InstanceBinding[] {
  const { name } = binding;
  const { project } = record;
  switch (binding.type) {
    case 'service': {
      const { entrypoint, props } = binding;
      if (isOwn(record, binding))
        return [{ kind: 'own', name, ...(entrypoint !== undefined && { entrypoint }), props }];
      const names = serviceNames(record, binding);
      const grant = { kind: 'service', project, names, entrypoint: entrypoint ?? null, props } as const;
      return [{ kind: 'service', name, grant: grants.sign(grant) }];
    }
    case 'dispatch_namespace': {
      const { namespace } = binding;
      return [{ kind: 'namespace', name, grant: grants.sign({ kind: 'namespace', project, namespace }) }];
    }
    case 'version_metadata': {
      const value = {
        id: uuidOf(version.id),
        tag: version.annotations.tag ?? '',
        timestamp: version.createdAt,
      };
      return [{ kind: 'json', name, value }];
    }
    case 'text':
    case 'data':
    case 'wasm':
      return [{ kind: binding.type, name, module: binding.module }];
    default:
      // Assets are a service of their own; objects are looked at above.
      return [];
  }
}

/** As the tools of Cloudflare name it: the first 32 digits as a UUID. */
const uuidOf = (id: string): string => id.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
