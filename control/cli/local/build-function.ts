// From a function to what Miniflare is given of it: the platform's own bundler, and the module list, bindings and
// flags of the config that its instances have on the platform.

import type { ModuleDefinition } from 'miniflare';
import type { InstanceInfo } from '../../../edge/contract/console-line.ts';
import { bundle } from '../../bundle/bundle.ts';
import type { FunctionRecord } from '../../model/function.ts';
import { noAnnotations } from '../../model/version.ts';
import { versionId } from '../../platform/version-id.ts';
import type { Binding, Module, WorkerService } from '../../workerd/config.ts';
import { instanceConfig } from '../../workerd/instance-config.ts';
import { checkFunction, type LoadFunction, localRecord, versionSettings } from './function-input.ts';

export interface BuildOptions {
  readonly load: LoadFunction;
  /** Wins over the variables of the function itself. */
  readonly environment: Readonly<Record<string, string>>;
  /** For npm packages; made if it is not there. */
  readonly cacheDir: string;
}

export interface BuiltFunction {
  readonly record: FunctionRecord;
  /** Hash of bundle and settings, as on the platform: the same source is the same version. */
  readonly version: string;
  readonly modules: readonly LocalModule[];
  readonly bindings: Readonly<Record<string, unknown>>;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly sourceMap: string;
  /** The user's text files, by the names that the source map has. */
  readonly sources: ReadonlyMap<string, string>;
  readonly logs: readonly string[];
}

export type LocalModule = Pick<ModuleDefinition, 'type' | 'path'> & {
  readonly contents: string | Uint8Array;
};

/** @throws {AppError} FN_005 or FN_006 as the platform would; and whatever `load` rejects with. */
export async function buildFunction({ load, environment, cacheDir }: BuildOptions): Promise<BuiltFunction> {
  const input = checkFunction(await load(), environment);
  const { code, handler, convention, dependencies } = input;
  const built = await bundle({ code, handler, convention, dependencies }, { cacheDir });
  const settings = versionSettings(input);
  const record = localRecord(input);
  const version = versionId(built.hash, settings, noAnnotations, (_, value) => value);
  const info: InstanceInfo = {
    function: record.id,
    name: record.name,
    project: record.project,
    version,
    timeoutMs: record.timeout * 1000,
    waitUntilMs: record.waitUntilTimeout * 1000,
    concurrency: record.concurrency,
  };
  const { services } = instanceConfig({
    modules: built.content.modules,
    compatibilityDate: settings.compatibilityDate,
    compatibilityFlags: settings.compatibilityFlags,
    env: settings.env,
    info,
    memoryMb: settings.memory,
    outboundSocket: '/not-used-here',
  });
  const worker = services.find((service): service is WorkerService => service.kind === 'worker');
  if (!worker) throw new Error('The config of an instance has no worker.');
  return {
    record,
    version,
    modules: worker.modules.map(toLocalModule),
    bindings: Object.fromEntries(worker.bindings.map(toLocalBinding)),
    compatibilityDate: worker.compatibilityDate,
    compatibilityFlags: worker.compatibilityFlags,
    sourceMap: built.content.sourceMap,
    sources: textFiles(code),
    logs: built.logs,
  };
}

const TYPES = {
  esModule: 'ESModule',
  commonJsModule: 'CommonJS',
  text: 'Text',
  data: 'Data',
  wasm: 'CompiledWasm',
} as const;

function toLocalModule({ kind, name, content }: Module): LocalModule {
  // Miniflare has no JSON modules. One that exports the value is the same to those who import it.
  if (kind === 'json') return { type: 'ESModule', path: name, contents: `export default ${content};` };
  return { type: TYPES[kind], path: name, contents: content };
}

function toLocalBinding(binding: Binding): [string, unknown] {
  if (binding.kind === 'text') return [binding.name, binding.content];
  if (binding.kind === 'json') return [binding.name, JSON.parse(binding.content)];
  throw new Error(`The binding ${binding.name} of kind ${binding.kind} cannot be had locally.`);
}

function textFiles(code: string | Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  if (typeof code === 'string')
    return new Map([
      ['index.js', code],
      ['index.ts', code],
    ]);
  return new Map(
    Object.entries(code).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
