// What an upload becomes: ready-made modules and settings of a function, in the platform's own terms.

import type { Caller } from '../../model/access.ts';
import { AppError } from '../../model/errors.ts';
import { createFunctionSchema, type FunctionRecord, type Kept } from '../../model/function.ts';
import { cpuMs } from '../../model/limits.ts';
import { checkModuleName } from '../../model/module-name.ts';
import { ReadyMade, type ReadyMadeParts, type ReadyModule } from '../../model/ready-made.ts';
import { check } from '../../model/validation-message.ts';
import type { DeployResult, Platform } from '../../platform/platform.ts';
import { readAssets } from './assets.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';
import type { WorkerRef } from './find-worker.ts';
import { readBindings } from './read-bindings.ts';
import type { Upload } from './read-upload.ts';
import { readMetadata, type UploadMetadata } from './upload-metadata.ts';
import { LABELS } from './worker-json.ts';

export interface DeployWorker {
  readonly by: Caller;
  readonly ref: WorkerRef;
  /** Undefined for one that is new. */
  readonly record: FunctionRecord | undefined;
  readonly upload: Upload;
  /** False for a version that is not made live. */
  readonly deploy: boolean;
}

export async function deployWorker(platform: Platform, request: DeployWorker): Promise<DeployResult> {
  const { by, ref, record, upload, deploy } = request;
  const metadata = readMetadata(upload.metadata);
  const assets = await readAssets(platform, by, ref, metadata);
  const { parts, bindings: own } = programOf(metadata, upload);
  const before = {
    variables: record ? await platform.listEnv(by, { idOrName: record.id }) : [],
    bindings: record?.bindings ?? [],
  };
  const { variables, bindings: given } = readBindings(
    [...metadata.bindings, ...own],
    metadata.keep_bindings,
    before,
  );
  const files = given.filter((binding) => 'module' in binding);
  for (const { name, module } of files) requireModule(parts.modules, module, `The binding "${name}"`);
  // A script imports its files; see pack-ready-made.ts.
  const script = parts.syntax === 'script';
  const globals = Object.fromEntries(files.map(({ name, module }) => [name, module]));
  const modules = new ReadyMade(script && files.length > 0 ? { ...parts, globals } : parts);
  const bindings = script ? given.filter((binding) => !('module' in binding)) : given;
  const settings = {
    ...(metadata.compatibility_date !== undefined && { compatibility_date: metadata.compatibility_date }),
    compatibility_flags: metadata.compatibility_flags,
    cpu_ms: metadata.limits?.cpu_ms === undefined ? null : Math.max(metadata.limits.cpu_ms, cpuMs.min),
    bindings: [...bindings],
  };
  const kept: Kept = {
    ...{ modules, variables },
    ...(assets !== undefined && { assets }),
    annotations: annotationsOf(metadata, deploy),
    ...(metadata.tags && { labels: { [LABELS.tags]: JSON.stringify(metadata.tags) } }),
    ...migrationOf(metadata, record),
  };
  if (record) {
    return platform.updateFunction(by, { idOrName: record.id }, { ...settings, ...kept, deploy });
  }
  const input = check(
    createFunctionSchema,
    { ...settings, name: ref.idOrName, project: ref.project, public: true, convention: 'module', deploy },
    'body',
  );
  return platform.createFunction(by, { ...input, ...kept });
}

/** The modules; without a main one they only serve files. */
function programOf(
  { main_module, body_part, assets }: UploadMetadata,
  { modules, sourceMaps }: Upload,
): { readonly parts: ReadyMadeParts; readonly bindings: { readonly name: string; readonly type: string }[] } {
  if (main_module !== undefined && body_part !== undefined)
    throw invalid('"metadata" has main_module and body_part: a Worker is either modules or a script.');
  if (main_module === undefined && body_part === undefined) {
    if (!assets)
      throw invalid('"metadata" has neither main_module nor body_part: name the module that answers.');
    return { parts: FILES_ALONE, bindings: [] };
  }
  const given = main_module ?? body_part ?? '';
  const main = requireModule(
    modules,
    checkModuleName(given),
    main_module === undefined ? '"body_part"' : '"main_module"',
  );
  const syntax = main_module === undefined ? 'script' : 'module';
  if (syntax === 'module' && main.type !== 'esm')
    throw invalid(
      `The main module "${main.name}" is of type ${main.type}: it is sent as application/javascript+module. A script in service-worker syntax is named by "body_part".`,
    );
  if (syntax === 'script' && main.type !== 'commonjs')
    throw invalid(`The script "${main.name}" is of type ${main.type}: it is sent as application/javascript.`);
  return { parts: { main: main.name, syntax, modules, sourceMaps }, bindings: [] };
}

const FILES_ALONE: ReadyMadeParts = { main: '', syntax: 'module', modules: [], sourceMaps: {} };

function requireModule(modules: readonly ReadyModule[], name: string, who: string): ReadyModule {
  const found = modules.find((module) => module.name === name);
  if (found) return found;
  const names = modules.map((module) => module.name).slice(0, 20);
  throw invalid(
    `${who} names the module "${name.slice(0, 200)}", which was not sent: there are ${names.join(', ') || 'none'}.`,
  );
}

function annotationsOf({ annotations }: UploadMetadata, deploy: boolean): Kept['annotations'] {
  const message = annotations?.['workers/message'];
  const tag = annotations?.['workers/tag'];
  return {
    ...(message !== undefined && { message }),
    ...(tag !== undefined && { tag }),
    triggeredBy: deploy ? 'upload' : 'version_upload',
  };
}

/** Steps are sent from the tag on that the Worker is said to have: another one means that they do not fit. */
function migrationOf(
  { migrations }: UploadMetadata,
  record: FunctionRecord | undefined,
): Pick<Kept, 'migrationTag'> {
  const tag = migrations?.new_tag ?? migrations?.tag;
  if (!migrations || typeof tag !== 'string') return {};
  const current = record?.migrationTag ?? null;
  if ((migrations.old_tag ?? null) !== current && current !== null)
    throw new AppError(
      'FN_006',
      `The migrations begin at the tag "${migrations.old_tag ?? ''}", and the Worker is at "${current}": deploy again, from its newest configuration.`,
      { status: 412 },
    );
  return { migrationTag: tag };
}

const invalid = (message: string): CloudflareError => new CloudflareError(CODES.invalid, 'FN_006', message);
