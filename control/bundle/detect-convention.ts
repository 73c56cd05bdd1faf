// Chooses the convention of a module from its shape. Pure: the rules of the interface's table, in order.

import type { Convention } from '../model/function.ts';
import type { ExportShape, FunctionShape, ModuleShape, ParameterShape } from './module-shape.ts';

export type Detected =
  | { readonly convention: Convention; readonly reason: string }
  /** Nothing in the module can be called as a handler. */
  | { readonly convention: undefined };

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const MODULE_MEMBERS = ['fetch', 'scheduled', 'queue', 'email', 'tail', 'trace', 'connect'];
/** Members of the context that only the `baas` convention has. */
const BAAS_MEMBERS = ['success', 'error', 'db', 'http'];
/** Members that it shares with others; they count if the handler makes no Response itself. */
const BAAS_SHARED_MEMBERS = ['log', 'env'];
const BAAS_CONFIG_KEYS = ['env_required', 'timeout', 'memory'];
/** Names under which a default export is meant as well. */
const USUAL_NAMES = ['handler', 'default', 'main', 'fetch'];

const OPAQUE = 'its exports are made at run time, and most such modules are Lambda-style';

const choose = (convention: Convention, reason: string): Detected => ({ convention, reason });

export function detectConvention(module: ModuleShape, name: string): Detected {
  const main = module.exports.get('default');
  const viaDefault = main && USUAL_NAMES.includes(name);
  const commonjs = module.syntax === 'commonjs';
  if (commonjs && main?.kind === 'call' && !main.wraps && !module.exports.has(name))
    return choose('event', OPAQUE);
  const fromModule = commonjs && module.exports.has(name) ? undefined : moduleOf(main);
  if (fromModule && (viaDefault || !module.exports.has(name))) return choose('module', fromModule);

  const named = module.exports.get(name) ?? memberOf(main, name);
  if (named && callable(named)) return detectNamed(named, name, module);
  if (viaDefault && callable(main)) return detectDefault(main, module);
  const methods = METHODS.filter((method) => module.exports.has(method));
  if (methods.length > 0) return choose('fetch', `it exports ${methods.join(', ')}`);
  if (module.listensForFetch) return choose('module', 'it calls addEventListener');
  const local = module.locals.get(name);
  if (local && callable(local)) return detectNamed(local, name, module);
  // The text does not tell what is exported; whether there is a handler shows when the version is probed.
  if (module.opaque || unresolved(module)) return choose('event', OPAQUE);
  return { convention: undefined };
}

function moduleOf(main: ExportShape | undefined): string | undefined {
  if (main?.kind === 'class') return 'the default export is a class';
  if (main?.kind === 'instance') return 'the default export is an instance, as of a Hono app';
  // A plain function that comes out of a call is served by `module` too.
  if (main?.kind === 'call' && !main.wraps) return 'the default export is what a call returns';
  if (main?.kind === 'imported') return 'the default export comes from a package';
  if (main?.kind !== 'object') return undefined;
  const members = MODULE_MEMBERS.filter((member) => main.members.has(member));
  return members.length > 0 ? `the default export has ${members.join(', ')}` : undefined;
}

const memberOf = (shape: ExportShape | undefined, name: string): ExportShape | undefined =>
  shape?.kind === 'object' ? shape.members.get(name) : undefined;

const callable = (shape: ExportShape): boolean =>
  shape.kind === 'function' || shape.kind === 'call' || shape.kind === 'imported' || shape.kind === 'value';

const unresolved = (module: ModuleShape): boolean =>
  module.reexports.length > 0 ||
  [...module.exports.values()].some(({ kind }) => kind === 'value' || kind === 'imported');

const functionOf = (shape: ExportShape): FunctionShape | undefined =>
  shape.kind === 'function' ? shape : shape.kind === 'call' ? shape.wraps : undefined;

function detectDefault(shape: ExportShape, module: ModuleShape): Detected {
  const handler = functionOf(shape);
  const baas = handler && baasSign(handler, module);
  if (baas) return choose('baas', baas);
  const first = handler?.parameters[0];
  if (first && !isRequest(first)) {
    if (first.name === 'data') return choose('data', 'the first parameter of its default function is "data"');
    if (isEvent(first))
      return choose('event', `the first parameter of its default function is "${first.name}"`);
  }
  return choose('fetch', 'the default export is a function');
}

function baasSign(handler: FunctionShape, module: ModuleShape): string | undefined {
  const used = (members: readonly string[]) =>
    handler.contextMembers.filter((member) => members.includes(member));
  const own = used(BAAS_MEMBERS);
  if (own.length > 0) return `its handler uses context.${own.join(', context.')}`;
  const config = module.exports.get('config');
  const keys = config?.kind === 'object' ? BAAS_CONFIG_KEYS.filter((key) => config.members.has(key)) : [];
  if (keys.length > 0) return `it exports a config with ${keys.join(', ')}`;
  const shared = handler.makesResponse ? [] : used(BAAS_SHARED_MEMBERS);
  return shared.length > 0 ? `its handler uses context.${shared.join(', context.')}` : undefined;
}

function detectNamed(shape: ExportShape, name: string, module: ModuleShape): Detected {
  const first = functionOf(shape)?.parameters[0];
  const handler = `the first parameter of "${name}"`;
  if (!first) return choose('event', `"${name}" takes no parameter that says otherwise`);
  if (first.type && REQUEST_TYPES.test(first.type))
    return choose('fetch', `${handler} has the type ${first.type}`);
  if (isRequest(first)) return choose('fetch', `${handler} is named "${first.name}"`);
  // Besides CommonJS, where the convention comes from: `data` as a name means the same in an ES module.
  if (first.name === 'data') return choose('data', `${handler} is named "data"`);
  const how = module.syntax === 'commonjs' ? 'exported' : 'called';
  return choose('event', `${handler}, ${how} as a handler, is ${describe(first)}`);
}

const REQUEST_TYPES = /^(globalThis\.)?(Next)?Request$/;
const REQUEST_NAMES = /^_?(req|request)$/i;

const isRequest = (parameter: ParameterShape): boolean =>
  parameter.type !== undefined
    ? REQUEST_TYPES.test(parameter.type)
    : REQUEST_NAMES.test(parameter.name ?? '');

const isEvent = (parameter: ParameterShape): boolean =>
  parameter.type === undefined && /^_?(event|evt)$/i.test(parameter.name ?? '');

const describe = (parameter: ParameterShape): string =>
  parameter.name === undefined ? `taken apart into {${parameter.keys.join(', ')}}` : `"${parameter.name}"`;
