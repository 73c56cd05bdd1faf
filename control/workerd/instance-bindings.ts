// What an instance's config has of its version's bindings besides variables. Pure.

import { BINDINGS_SOCKET, CAPNP_HOST, RESERVED_ENV_PREFIX } from '../../edge/contract/names.ts';
import type { BundleModule } from '../bundle/types.ts';
import { AppError } from '../model/errors.ts';
import { compatibilityDateDefault } from './compatibility.ts';
import type { Binding, Service, WorkerService } from './config.ts';
import { unixAddress } from './unix-address.ts';

/** A binding with all that it takes to write it down. */
export type InstanceBinding =
  /** The function itself. */
  | { readonly kind: 'own'; readonly name: string; readonly entrypoint?: string; readonly props?: unknown }
  /** Other functions, by a signed grant. */
  | { readonly kind: 'service' | 'namespace'; readonly name: string; readonly grant: string }
  /** A class of Durable Objects of the function's own. */
  | {
      readonly kind: 'object';
      readonly name: string;
      readonly className: string;
      readonly uniqueKey: string;
    }
  | { readonly kind: 'json'; readonly name: string; readonly value: unknown }
  /** The content of a module, for modules in service-worker syntax. */
  | { readonly kind: 'text' | 'data'; readonly name: string; readonly module: string }
  | { readonly kind: 'wasm'; readonly name: string; readonly module: string };

export interface InstanceBindings {
  readonly list: readonly InstanceBinding[];
  /** Text of the built `binding.worker.ts`. */
  readonly worker: string;
  /** Directory of the platform's sockets, as the instance sees it. */
  readonly servicesDir: string;
  /** Folder of its objects, as the instance sees it; absent for objects that last as long as the process. */
  readonly objectsDir?: string | undefined;
}

interface WrittenBindings {
  readonly bindings: readonly Binding[];
  readonly services: readonly Service[];
  readonly objects?: NonNullable<WorkerService['objects']>;
}

const OBJECTS = 'objects';
const WORKER = 'bindings';
const ENTRYPOINTS = { service: 'Service', namespace: 'Namespace' } as const;

/** @throws {AppError} FN_006 for a name that is taken, or a module that the bundle does not have. */
export function writeBindings(
  { list, worker, servicesDir, objectsDir }: InstanceBindings,
  modules: readonly BundleModule[],
  taken: ReadonlySet<string>,
): WrittenBindings {
  for (const { name } of list) {
    if (taken.has(name))
      throw new AppError(
        'FN_006',
        `The binding "${name}" has the name of an environment variable: rename one of them.`,
      );
  }
  const bindings = list.flatMap((binding) =>
    binding.kind === 'wasm' ? [] : [writeBinding(binding, modules)],
  );
  const calls = list.some(({ kind }) => kind === 'service' || kind === 'namespace');
  const services = calls ? bindingServices(worker, servicesDir) : [];
  const classes = new Map(
    list.flatMap((binding) =>
      binding.kind === 'object' ? [[binding.className, binding.uniqueKey] as const] : [],
    ),
  );
  if (classes.size === 0) return { bindings, services };
  if (objectsDir !== undefined)
    services.push({ kind: 'disk', name: OBJECTS, path: objectsDir, writable: true });
  return {
    ...{ bindings, services },
    objects: {
      classes: [...classes].map(([className, uniqueKey]) => ({ className, uniqueKey })),
      ...(objectsDir !== undefined && { disk: OBJECTS }),
    },
  };
}

function writeBinding(
  binding: Exclude<InstanceBinding, { kind: 'wasm' }>,
  modules: readonly BundleModule[],
): Binding {
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
    case 'object':
      return { kind: 'durableObjectNamespace', name, className: binding.className };
    case 'json':
      return { kind: 'json', name, content: JSON.stringify(binding.value) };
    default:
      return moduleBinding(binding, modules);
  }
}

function moduleBinding(
  { kind, name, module }: { kind: 'text' | 'data'; name: string; module: string },
  modules: readonly BundleModule[],
): Binding {
  const { type, content } = findModule(name, module, modules);
  const bytes = Buffer.from(content, type === 'wasm' || type === 'data' ? 'base64' : 'utf8');
  return kind === 'text' ? { kind, name, content: bytes.toString('utf8') } : { kind, name, content: bytes };
}

function findModule(name: string, module: string, modules: readonly BundleModule[]): BundleModule {
  const found = modules.find((candidate) => candidate.name === module || candidate.name === `./${module}`);
  if (found) return found;
  throw new AppError(
    'FN_006',
    `The binding "${name}" is the module ${JSON.stringify(module)}, which the bundle does not have: send it.`,
  );
}

const GLOBALS_MODULE = `${RESERVED_ENV_PREFIX}-wasm.js`;
const ENTRY_MODULE = `${RESERVED_ENV_PREFIX}-entry.js`;

/**
 * The modules with two more before them, if there are bindings of Wasm: workerd gives such a binding to no worker that
 * is a module, which all are here, also those in service-worker syntax. So the module is imported, and made a global,
 * before the user's own is evaluated.
 */
export function withWasmGlobals(
  { list }: InstanceBindings,
  modules: readonly BundleModule[],
): readonly BundleModule[] {
  const imports = list.flatMap((binding, index) => {
    if (binding.kind !== 'wasm') return [];
    const { name } = findModule(binding.name, binding.module, modules);
    const path = JSON.stringify(`./${name.replace(/^\.\//, '')}`);
    return [`import wasm${index} from ${path};\nglobalThis[${JSON.stringify(binding.name)}] = wasm${index};`];
  });
  const [entry] = modules;
  if (imports.length === 0 || !entry) return modules;
  const path = JSON.stringify(`./${entry.name}`);
  const text = `import './${GLOBALS_MODULE}';\nexport * from ${path};\nexport { default } from ${path};`;
  return [
    { name: ENTRY_MODULE, type: 'esm', content: text },
    { name: GLOBALS_MODULE, type: 'esm', content: imports.join('\n') },
    ...modules,
  ];
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
