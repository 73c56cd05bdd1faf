// The config of an isolate instance: one function version, the bindings it was given, and no way out but its
// outbound socket. Pure; the same version gives the same config on every machine.

import type { InstanceInfo } from '../../edge/contract/console-line.ts';
import {
  CAPNP_HOST,
  CF_BLOB_HEADER,
  INFO_BINDING,
  RESERVED_ENV_PREFIX,
  SCHEME_HEADER,
} from '../../edge/contract/names.ts';
import type { BundleModule } from '../bundle/types.ts';
import { isFlagOfAssets } from '../model/assets.ts';
import { AppError } from '../model/errors.ts';
import type { VersionSettings } from '../model/function.ts';
import { memoryOverheadMb } from '../resources/resources.ts';
import { assetServices, assetsBindings, assetsDoor, type InstanceAssets } from './assets-services.ts';
import { checkCompatibilityFlags, instanceFlags } from './compatibility.ts';
import type { Binding, Module, Service, TextBinding, WorkerdConfig } from './config.ts';
import {
  type InstanceBinding,
  type InstanceBindings,
  withWasmGlobals,
  writeBindings,
} from './instance-bindings.ts';
import { unixAddress } from './unix-address.ts';

/** Name of an instance's only socket, for `--socket-fd`. */
export const INSTANCE_SOCKET = 'http';

export interface InstanceConfigInput {
  /** The first is the entry, and is of type esm. */
  readonly modules: readonly BundleModule[];
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly env: VersionSettings['env'];
  readonly info: InstanceInfo;
  readonly memoryMb: number;
  /** The version's own socket at the outbound, as the instance sees it. */
  readonly outboundSocket: string;
  /** The version's own socket at the cache, as the instance sees it; without one its Cache API fails. */
  readonly cacheSocket?: string | undefined;
  /** Static files that stand before the function. Without modules, they are all there is. */
  readonly assets?: InstanceAssets | undefined;
  /** Besides variables; absent for none. */
  readonly bindings?: InstanceBindings;
}

const KINDS = {
  esm: 'esModule',
  commonjs: 'commonJsModule',
  text: 'text',
  json: 'json',
  wasm: 'wasm',
  data: 'data',
} as const;
const REDACTED = '(secret)';

/** @throws {AppError} FN_006 for a flag, a variable or a module name that can't work in an isolate. */
export function instanceConfig(input: InstanceConfigInput): WorkerdConfig {
  const { assets } = input;
  if (!assets && input.modules.length === 0)
    throw new AppError('FN_006', 'The function has neither a handler nor static files: deploy one of them.');
  const flags = input.compatibilityFlags.filter((flag) => !assets || !isFlagOfAssets(flag));
  checkCompatibilityFlags(flags);
  const variables = variableBindings(input.env);
  const bound =
    input.bindings &&
    writeBindings(input.bindings, input.modules, new Set(variables.map(({ name }) => name)));
  const main: Service = {
    kind: 'worker',
    name: 'main',
    modules: moduleList(input.bindings ? withWasmGlobals(input.bindings, input.modules) : input.modules),
    compatibilityDate: input.compatibilityDate,
    compatibilityFlags: instanceFlags(input.compatibilityDate, flags),
    bindings: [
      {
        kind: 'json',
        name: INFO_BINDING,
        content: JSON.stringify({ ...input.info, ...boundNames(input.bindings) }),
      },
      ...variables,
      ...(assets ? assetsBindings(assets) : []),
      ...(bound?.bindings ?? []),
    ],
    globalOutbound: { name: 'outbound' },
    ...(input.cacheSocket !== undefined && { cacheApiOutbound: { name: 'cache' } }),
    ...(bound?.objects && { objects: bound.objects }),
  };
  const user = input.modules.length > 0 ? { name: main.name } : undefined;
  const services: Service[] = [
    ...(user ? [main] : []),
    ...(assets ? assetServices(assets, user) : []),
    // Nobody may reach it. Without a service of this name workerd makes its own, which reaches the public
    // internet and loads the machine's CA certificates: 5 ms of each start, 6 MB, and files no sandbox has.
    { kind: 'network', name: 'internet', allow: [], deny: [] },
    {
      kind: 'external',
      name: 'outbound',
      address: unixAddress(input.outboundSocket),
      // The whole URL in the request line; TLS is the outbound's. Who calls is told by the socket.
      http: { style: 'proxy' },
    },
    ...(input.cacheSocket === undefined ? [] : [cacheService(input.cacheSocket)]),
    ...(bound?.services ?? []),
  ];
  return {
    services,
    sockets: [
      // Fronts send requests as HTTP and call methods on connections of their own.
      {
        name: INSTANCE_SOCKET,
        http: {
          cfBlobHeader: CF_BLOB_HEADER,
          forwardedProtoHeader: SCHEME_HEADER,
          capnpConnectHost: CAPNP_HOST,
        },
        service: assets ? assetsDoor : { name: main.name },
      },
    ],
    // Tells V8 how much there is, so that it collects in time. It is no less than what the kernel ends the
    // instance at: a heap that V8 itself gives up is collected over and over first, for 3 s with 128 MB of small
    // objects and 14 s with 512, where the kernel's limit takes 0.8 s and 1.8 s. Written to first response of a
    // pre-spawned process, median of 15: 12.5 ms without the flag, 13.0 with it; 17 with any flag that is
    // not a heap size (--gc-global, --single-threaded), as those disable workerd's compile cache.
    v8Flags: [`--max-heap-size=${input.memoryMb + memoryOverheadMb}`],
  };
}

/** The whole URL too, as it is the key of what is stored. */
const cacheService = (socket: string): Service => ({
  kind: 'external',
  name: 'cache',
  address: unixAddress(socket),
  http: { style: 'proxy' },
});

/** The config for people to read: secret values become "(secret)", everything else stays. */
export function redactSecrets(config: WorkerdConfig): WorkerdConfig {
  const redact = (binding: Binding): Binding =>
    (binding.kind === 'text' || binding.kind === 'json') && binding.secret
      ? { ...binding, kind: 'text', content: REDACTED }
      : binding.kind === 'service' && binding.service.secretProps
        ? { ...binding, service: { ...binding.service, props: JSON.stringify({ grant: REDACTED }) } }
        : binding;
  return {
    ...config,
    services: config.services.map((service) =>
      service.kind === 'worker' ? { ...service, bindings: service.bindings.map(redact) } : service,
    ),
  };
}

/** What the harness has to do with; names alone. */
function boundNames(bindings: InstanceBindings | undefined): Partial<InstanceInfo> {
  const named = (wanted: (binding: InstanceBinding) => boolean): string[] =>
    (bindings?.list ?? []).filter(wanted).map(({ name }) => name);
  const lists = {
    bound: named(({ kind }) => kind === 'service'),
    own: named((binding) => binding.kind === 'own' && binding.entrypoint === undefined),
    namespaces: named(({ kind }) => kind === 'namespace'),
    exports: (bindings?.list ?? []).flatMap((binding) => {
      if (binding.kind === 'object') return [binding.className];
      return binding.kind === 'own' && binding.entrypoint !== undefined ? [binding.entrypoint] : [];
    }),
  };
  return Object.fromEntries(Object.entries(lists).filter(([, names]) => names.length > 0));
}

function moduleList(modules: readonly BundleModule[]): readonly Module[] {
  const names = new Set<string>();
  return modules.map((module): Module => {
    const fault = moduleNameFault(module.name, names);
    if (fault !== undefined) {
      throw new AppError(
        'FN_006',
        `The module name ${JSON.stringify(module.name)} ${fault}: rename the file.`,
      );
    }
    names.add(module.name);
    const { name, type, content } = module;
    return type === 'wasm' || type === 'data'
      ? { kind: KINDS[type], name, content: Buffer.from(content, 'base64') }
      : { kind: KINDS[type], name, content };
  });
}

/** workerd resolves names like paths in a directory, and does not start with one that leaves it. */
function moduleNameFault(name: string, seen: ReadonlySet<string>): string | undefined {
  if (seen.has(name)) return 'is used by two modules';
  if (name.includes('\0')) return 'holds a NUL character';
  if (name.startsWith('/')) return 'is an absolute path';
  let depth = 0;
  for (const part of name.split('/')) {
    if (part === '..') depth -= 1;
    else if (part !== '' && part !== '.') depth += 1;
    if (depth < 0) return 'leads out of the bundle';
  }
  return undefined;
}

function variableBindings(env: VersionSettings['env']): readonly TextBinding[] {
  const names = new Set<string>();
  return env.map(({ key, value, secret, json }) => {
    const fault = variableFault(key, names);
    if (fault !== undefined)
      throw new AppError('FN_006', `The environment variable ${JSON.stringify(key)} ${fault}.`);
    names.add(key);
    if (json) return { kind: 'json', name: key, content: value, secret };
    // Half of a surrogate pair has no UTF-8 form, which text must have; JSON can escape it.
    return value.isWellFormed()
      ? { kind: 'text', name: key, content: value, secret }
      : { kind: 'json', name: key, content: JSON.stringify(value), secret };
  });
}

function variableFault(key: string, seen: ReadonlySet<string>): string | undefined {
  // workerd takes the last of two without a word.
  if (seen.has(key)) return 'is given twice: keep one';
  if (key.startsWith(RESERVED_ENV_PREFIX))
    return `begins with "${RESERVED_ENV_PREFIX}", which is the platform's: rename it`;
  // Setting it on an object sets the prototype, so a function would never see the value.
  if (key === '__proto__')
    return "can't be read by a function, as JavaScript gives the name a meaning: rename it";
  return undefined;
}
