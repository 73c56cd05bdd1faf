// Turns a function's source into its bundle: the bytes that its instances run, named by their hash.
//
//   source -> entry -> dependencies -> shape -> convention -> esbuild -> canonical JSON -> hash
//
// The same source gives the same bytes: nothing in a bundle depends on where, when or by whom it was built.

import { mkdir } from 'node:fs/promises';
import { AppError } from '../model/errors.ts';
import { CONVENTIONS, type Convention } from '../model/function.ts';
import { buildFailure, deployFailure, isBuildFailure } from './build-failure.ts';
import { chooseEntry, type Entry, splitHandler } from './choose-entry.ts';
import { installDependencies } from './dependencies.ts';
import { detectConvention } from './detect-convention.ts';
import { harnessModule } from './harness-module.ts';
import { installedPackages } from './installed-packages.ts';
import type { ModuleShape } from './module-shape.ts';
import { packBundle } from './pack-bundle.ts';
import { readPackageJson } from './read-package-json.ts';
import { resolveShape } from './resolve-shape.ts';
import { runEsbuild } from './run-esbuild.ts';
import { readSource, type SourceFiles } from './source-files.ts';
import type { Bundle, BundleInput } from './types.ts';

export interface BundleOptions {
  /** For npm packages; made if it is not there. */
  readonly cacheDir: string;
  readonly signal?: AbortSignal;
}

/** @throws {AppError} FN_005 with build log and places, for everything that the source's owner can cure. */
export async function bundle(input: BundleInput, options: BundleOptions): Promise<Bundle> {
  const logs: string[] = [];
  const log = (line: string): void => void logs.push(line);
  try {
    return await bundleLogged(input, options, logs, log);
  } catch (error) {
    if (isBuildFailure(error)) throw await buildFailure(error.errors, logs);
    // What was logged before the failure belongs to its log, wherever it was thrown.
    if (error instanceof AppError && error.code === 'FN_005') {
      const own = error.details.buildLogs ?? [];
      const buildLogs = own.slice(0, logs.length).join('\n') === logs.join('\n') ? own : [...logs, ...own];
      throw new AppError('FN_005', error.message, { ...error.details, buildLogs }, error.cause);
    }
    throw error;
  }
}

/** Starts esbuild's process and builds the harnesses, so that the first deploy is as fast as the next. */
export async function warmUp(): Promise<void> {
  await Promise.all(CONVENTIONS.map(harnessModule));
}

async function bundleLogged(
  input: BundleInput,
  { cacheDir, signal }: BundleOptions,
  logs: readonly string[],
  log: (line: string) => void,
): Promise<Bundle> {
  signal?.throwIfAborted();
  const source = await readSource(input.code);
  const manifest = readPackageJson(source.files, logs);
  const entry = findEntry(source, input.handler, manifest.main, logs);
  log(`entry: ${entry.file} (${entry.reason})`);

  const dependencies = { ...manifest.dependencies, ...input.dependencies };
  let dependenciesDir: string | undefined;
  if (Object.keys(dependencies).length > 0) {
    const lockfile = source.files.get('package-lock.json')?.toString();
    const { overrides } = manifest;
    const installed = await installDependencies({ dependencies, overrides, lockfile }, cacheDir);
    dependenciesDir = installed.dir;
    installed.logs.forEach(log);
    signal?.throwIfAborted();
  }

  const shape = await resolveShape(source, entry.file, logs);
  const { convention, appended } = chooseConvention(input, entry, shape, logs, log);
  const parts = {
    file: entry.file,
    name: entry.name,
    named: namedEntrypoints(convention, shape),
    serviceWorker: shape.listensForFetch,
  };
  const workingDir = dependenciesDir ?? cacheDir;
  await mkdir(workingDir, { recursive: true });
  const built = await runEsbuild({ source, convention, parts, appended, dependenciesDir, workingDir, log });
  signal?.throwIfAborted();
  const packed = packBundle({ code: input.code, convention, ...built }, logs);
  return dependenciesDir === undefined
    ? packed
    : { ...packed, packages: await installedPackages(dependenciesDir) };
}

function findEntry(
  source: SourceFiles,
  handler: string,
  main: string | undefined,
  logs: readonly string[],
): Entry {
  if (source.inline)
    return { file: source.inline.name, name: splitHandler(handler).name, reason: 'inline code' };
  const paths = [...source.files.keys()].sort();
  const entry = chooseEntry(paths, handler, main);
  if (entry) return entry;
  throw deployFailure(
    `No file for the handler "${handler}" was found. The function's files are: ${paths.join(', ')}. Set "handler" to "<file without extension>.<export>".`,
    logs,
  );
}

interface Choice {
  readonly convention: Convention;
  /** Goes behind the entry file: the export of a handler that has none. */
  readonly appended: string;
}

function chooseConvention(
  input: BundleInput,
  entry: Entry,
  shape: ModuleShape,
  logs: readonly string[],
  log: (line: string) => void,
): Choice {
  const detected = detectConvention(shape, entry.name);
  if (detected.convention === undefined && !shape.opaque)
    throw deployFailure(missingHandler(entry, shape), logs, [
      { message: missingHandler(entry, shape), file: entry.file },
    ]);
  const appended = missingExport(entry, shape);
  if (appended !== '')
    log(`export: "${entry.name}" is not exported by ${entry.file}; it was exported for you`);
  if (input.convention !== 'auto') {
    log(`convention: ${input.convention} (as set)`);
    return { convention: input.convention, appended };
  }
  const { convention, reason } = detected as { convention: Convention; reason: string };
  const other = convention === 'event' ? 'fetch' : 'event';
  log(
    `convention: ${convention}, since ${reason}; if that is wrong, set "convention": "${other}" or another`,
  );
  return { convention, appended };
}

/** A bare `function handler` is exported in the way that the rest of its file exports. */
function missingExport({ name }: Entry, shape: ModuleShape): string {
  const fallback = shape.exports.has('default') || shape.listensForFetch;
  if (shape.exports.has(name) || !shape.locals.has(name) || fallback || shape.opaque) return '';
  const local = shape.locals.get(name);
  if (local?.kind === 'imported') return '';
  return shape.syntax === 'commonjs' ? `\nmodule.exports.${name} = ${name};\n` : `\nexport { ${name} };\n`;
}

/** What workerd is to see besides the default export: Durable Object classes and entrypoints. */
const namedEntrypoints = (convention: Convention, shape: ModuleShape): string[] =>
  convention === 'module' && shape.syntax === 'esm'
    ? [...shape.exports.keys()].filter((name) => name !== 'default')
    : [];

function missingHandler({ file, name }: Entry, shape: ModuleShape): string {
  const exported = [...shape.exports.keys()];
  const functions = exported.filter((key) => shape.exports.get(key)?.kind === 'function');
  const found = exported.length > 0 ? `It exports ${exported.join(', ')}.` : 'It exports nothing.';
  const stem = file.replace(/\.[^.]+$/, '');
  const cure = functions[0]
    ? `Set "handler" to "${stem}.${functions[0]}", or export a function called "${name}".`
    : `Export a function called "${name}", or a default export with a fetch function.`;
  return `${file} has no function "${name}" and no default export that could answer requests. ${found} ${cure}`;
}
