// Installs a function's npm packages, once for each lockfile.
//
//   ranges -> lockfile (remembered in locks/) -> hash of it -> deps/<hash>/node_modules
//
// The lockfile is what makes a build repeatable: the same ranges give the same versions until someone removes
// the remembered lockfile, and functions with the same lockfile share one directory. Both steps work in a
// directory of their own that is renamed when it is whole, so a control that is killed leaves no half of one.
// No install script runs: what a package does at install time, it would do with the platform's rights.

import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { deployFailure } from './build-failure.ts';
import { readLockfile } from './lockfile.ts';

/** Of each of the two runs of npm. */
export const npmTimeoutMs = 120_000;
/** What is kept of npm's output. */
const OUTPUT_BYTES_MAX = 64 * 1024;

const NPM_FLAGS = [
  ...['--ignore-scripts', '--no-audit', '--no-fund', '--omit=dev', '--no-update-notifier', '--no-bin-links'],
  // A package of the registry may itself ask for one from elsewhere. An npm too old for these follows it.
  ...['--allow-git=none', '--allow-remote=none', '--allow-file=none', '--allow-directory=none'],
];

export interface DependencyRequest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly overrides?: Readonly<Record<string, unknown>> | undefined;
  /** The user's own package-lock.json. */
  readonly lockfile?: string | undefined;
}

export interface Installed {
  /** The directory that holds `node_modules`. */
  readonly dir: string;
  readonly logs: readonly string[];
}

/** Installs that are under way, so that builds that need the same one wait for it rather than repeat it. */
const underWay = new Map<string, Promise<Installed>>();

/** @throws {AppError} FN_005 with npm's own words. */
export async function installDependencies(request: DependencyRequest, cacheDir: string): Promise<Installed> {
  const manifest = manifestOf(request);
  const key = sha256(`${cacheDir}\n${manifest}\n${request.lockfile ?? ''}`);
  let install = underWay.get(key);
  if (!install) {
    install = locked(request, manifest, cacheDir)
      .then((lockfile) => installLocked(manifest, lockfile, cacheDir))
      .finally(() => underWay.delete(key));
    underWay.set(key, install);
  }
  return install;
}

/** Sorted, so that the order in which packages are named makes no difference. */
function manifestOf({ dependencies, overrides }: DependencyRequest): string {
  const sorted = Object.fromEntries(Object.entries(dependencies).sort(([a], [b]) => (a < b ? -1 : 1)));
  const manifest = {
    name: 'function',
    private: true,
    dependencies: sorted,
    ...(overrides ? { overrides } : {}),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

async function locked(request: DependencyRequest, manifest: string, cacheDir: string): Promise<string> {
  if (request.lockfile !== undefined) return readLockfile(request.lockfile);
  const file = join(cacheDir, 'locks', `${sha256(manifest)}.json`);
  const remembered = await readIfThere(file);
  if (remembered !== undefined) return remembered;
  return inOwnDir(cacheDir, async (dir) => {
    await writeFile(join(dir, 'package.json'), manifest);
    await runNpm(['install', '--package-lock-only', ...NPM_FLAGS], dir);
    const lockfile = await readFile(join(dir, 'package-lock.json'), 'utf8');
    await mkdir(join(cacheDir, 'locks'), { recursive: true });
    await rename(join(dir, 'package-lock.json'), file);
    return lockfile;
  });
}

async function installLocked(manifest: string, lockfile: string, cacheDir: string): Promise<Installed> {
  const dir = join(cacheDir, 'deps', sha256(`${manifest}\n${lockfile}`));
  const names = Object.keys((JSON.parse(manifest) as { dependencies: object }).dependencies).join(', ');
  if (await isThere(dir)) return { dir, logs: [`dependencies: ${names} (cached)`] };
  await inOwnDir(cacheDir, async (own) => {
    await writeFile(join(own, 'package.json'), manifest);
    await writeFile(join(own, 'package-lock.json'), lockfile);
    await runNpm(['ci', ...NPM_FLAGS], own);
    await mkdir(join(own, 'node_modules'), { recursive: true });
    await mkdir(join(cacheDir, 'deps'), { recursive: true });
    try {
      await rename(own, dir);
    } catch (error) {
      // Another control on the same directory was first; what it installed is the same.
      if (!(await isThere(dir))) throw error;
    }
  });
  return { dir, logs: [`dependencies: installed ${names}`] };
}

async function inOwnDir<T>(cacheDir: string, work: (dir: string) => Promise<T>): Promise<T> {
  const dir = join(cacheDir, 'tmp', randomUUID());
  await mkdir(dir, { recursive: true });
  try {
    return await work(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function runNpm(args: readonly string[], dir: string): Promise<void> {
  const child = spawn('npm', args, {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: npmTimeoutMs,
    killSignal: 'SIGKILL',
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    if (output.length < OUTPUT_BYTES_MAX) output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = await new Promise<{ code: number | null; error?: Error }>((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }));
    child.once('close', (code) => resolve({ code }));
  });
  if (ended.code === 0) return;
  const words = cleanOutput(output, dir);
  const why = ended.error
    ? `npm could not be started: ${ended.error.message}`
    : ended.code === null
      ? `npm did not finish within ${npmTimeoutMs / 1000} s`
      : (words.find((line) => /^npm (error|ERR!) (?!code )/.test(line)) ?? `npm ended with ${ended.code}`);
  throw deployFailure(`The dependencies could not be installed: ${why}`, words, undefined, ended.error);
}

/** npm's words without the paths of this machine, which are no business of the function's owner. */
export function cleanOutput(output: string, dir: string): string[] {
  return output
    .replaceAll(dir, '.')
    .replaceAll(homedir(), '~')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && !/complete log of this run|^npm warn (Unknown|using --)/.test(line));
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
