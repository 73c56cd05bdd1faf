// What an upload becomes: ready-made modules and settings of a function, in the platform's own terms.

import { z } from 'zod';
import type { Caller } from '../../model/access.ts';
import { AppError } from '../../model/errors.ts';
import { createFunctionSchema, type FunctionRecord, type Kept } from '../../model/function.ts';
import { cpuMs } from '../../model/limits.ts';
import { checkModuleName } from '../../model/module-name.ts';
import { FILES_ALONE, ReadyMade, type ReadyMadeParts, type ReadyModule } from '../../model/ready-made.ts';
import { check } from '../../model/validation-message.ts';
import type { DeployResult, ObjectMigration, Platform } from '../../platform/platform.ts';
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
  /** Whether visitors may call it, if it is new; those of a dispatch namespace are called by their dispatcher alone. */
  readonly public?: boolean;
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
    const own = { idOrName: record.id };
    const { renamed, deleted } = objectMigrationOf(metadata);
    // A class is found by its new name before a version asks for it, and goes when none has it any more.
    if (renamed.length > 0) await platform.migrateObjects(by, own, { renamed, deleted: [] });
    const result = await platform.updateFunction(by, own, { ...settings, ...kept, deploy });
    if (deleted.length > 0) await platform.migrateObjects(by, own, { renamed: [], deleted });
    return result;
  }
  const input = check(
    createFunctionSchema,
    {
      ...settings,
      name: ref.idOrName,
      project: ref.project,
      public: request.public ?? true,
      convention: 'module',
      deploy,
    },
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

const classNames = z.array(z.string().max(128)).max(100).default([]);
const stepSchema = z.looseObject({
  new_classes: classNames,
  new_sqlite_classes: classNames,
  renamed_classes: z
    .array(z.looseObject({ from: z.string(), to: z.string() }))
    .max(100)
    .default([]),
  deleted_classes: classNames,
  transferred_classes: z
    .array(z.looseObject({ from: z.string() }))
    .max(100)
    .default([]),
});

/** What the steps do to classes that are there. A new class needs nothing: it gets its storage with its first version. */
function objectMigrationOf({ migrations }: UploadMetadata): ObjectMigration {
  const steps = check(z.array(stepSchema), migrations?.steps ?? [], 'body');
  const [transferred] = steps.flatMap((step) => step.transferred_classes);
  if (transferred)
    throw invalid(
      `The migrations transfer the class "${transferred.from}" from another Worker, which this platform cannot do: objects stay with the Worker that made them.`,
    );
  return {
    renamed: steps.flatMap((step) => step.renamed_classes.map(({ from, to }) => ({ from, to }))),
    deleted: steps.flatMap((step) => step.deleted_classes),
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
