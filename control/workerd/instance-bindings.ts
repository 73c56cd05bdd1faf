// What an instance's config has of its version's bindings besides variables. Pure.

import { BINDINGS_SOCKET, CAPNP_HOST, RESERVED_ENV_PREFIX } from '../../edge/contract/names.ts';
import type { BundleModule } from '../bundle/types.ts';
import { AppError } from '../model/errors.ts';
import { compatibilityDateDefault } from './compatibility.ts';
import type { Binding, Service } from './config.ts';
import { unixAddress } from './unix-address.ts';

/** A binding with all that it takes to write it down. */
export type InstanceBinding =
  /** The function itself. */
  | { readonly kind: 'own'; readonly name: string; readonly entrypoint?: string; readonly props?: unknown }
  /** Other functions, by a signed grant. */
  | { readonly kind: 'service' | 'namespace'; readonly name: string; readonly grant: string }
  | { readonly kind: 'json'; readonly name: string; readonly value: unknown }
  /** The content of a module, for modules in service-worker syntax. */
  | { readonly kind: 'text' | 'data' | 'wasm'; readonly name: string; readonly module: string };

export interface InstanceBindings {
  readonly list: readonly InstanceBinding[];
  /** Text of the built `binding.worker.ts`. */
  readonly worker: string;
  /** Directory of the platform's sockets, as the instance sees it. */
  readonly servicesDir: string;
}

const WORKER = 'bindings';
const ENTRYPOINTS = { service: 'Service', namespace: 'Namespace' } as const;

/** @throws {AppError} FN_006 for a name that is taken, or a module that the bundle does not have. */
export function writeBindings(
  { list, worker, servicesDir }: InstanceBindings,
  modules: readonly BundleModule[],
  taken: ReadonlySet<string>,
): { readonly bindings: readonly Binding[]; readonly services: readonly Service[] } {
  for (const { name } of list) {
    if (taken.has(name))
      throw new AppError(
        'FN_006',
        `The binding "${name}" has the name of an environment variable: rename one of them.`,
      );
  }
  const bindings = list.map((binding) => writeBinding(binding, modules));
  const calls = list.some(({ kind }) => kind === 'service' || kind === 'namespace');
  return { bindings, services: calls ? bindingServices(worker, servicesDir) : [] };
}

function writeBinding(binding: InstanceBinding, modules: readonly BundleModule[]): Binding {
  const { name } = binding;
  switch (binding.kind) {
    case 'own': {
      const { entrypoint, props } = binding;
      const service = {
        name: 'main',
        ...(entrypoint !== undefined && { entrypoint }),
        ...(props !== undefined && { props: JSON.stringify(props) }),
      };
      return { kind: 'service', name, service };
    }
    case 'service':
    case 'namespace':
      return {
        kind: 'service',
        name,
        service: {
          name: WORKER,
          entrypoint: ENTRYPOINTS[binding.kind],
          props: JSON.stringify({ grant: binding.grant }),
          secretProps: true,
        },
      };
    case 'json':
      return { kind: 'json', name, content: JSON.stringify(binding.value) };
    default:
      return moduleBinding(binding, modules);
  }
}

function moduleBinding(
  { kind, name, module }: { kind: 'text' | 'data' | 'wasm'; name: string; module: string },
  modules: readonly BundleModule[],
): Binding {
  const found = modules.find((candidate) => candidate.name === module || candidate.name === `./${module}`);
  if (!found)
    throw new AppError(
      'FN_006',
      `The binding "${name}" is the module ${JSON.stringify(module)}, which the bundle does not have: send it.`,
    );
  const bytes = (): Buffer =>
    Buffer.from(found.content, found.type === 'wasm' || found.type === 'data' ? 'base64' : 'utf8');
  if (kind === 'text') return { kind, name, content: bytes().toString('utf8') };
  return { kind: kind === 'wasm' ? 'wasmModule' : 'data', name, content: bytes() };
}

/** The worker between the function and the fronts, and its two ways there. Only it is bound to them. */
function bindingServices(worker: string, servicesDir: string): Service[] {
  const address = unixAddress(`${servicesDir}/${BINDINGS_SOCKET}`);
  const [front, rpc] = [`${RESERVED_ENV_PREFIX}-front`, `${RESERVED_ENV_PREFIX}-front-rpc`];
  return [
    {
      kind: 'worker',
      name: WORKER,
      modules: [{ kind: 'esModule', name: 'bindings.js', content: worker }],
      compatibilityDate: compatibilityDateDefault,
      compatibilityFlags: [],
      bindings: [
        { kind: 'service', name: 'FRONT', service: { name: front } },
        { kind: 'service', name: 'FRONT_RPC', service: { name: rpc } },
      ],
    },
    { kind: 'external', name: front, address, http: {} },
    { kind: 'external', name: rpc, address, http: { capnpConnectHost: CAPNP_HOST } },
  ];
}
