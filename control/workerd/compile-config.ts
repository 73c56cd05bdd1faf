// Turns capnp text into the binary message that a pre-spawned workerd reads on its stdin, by running the real
// `workerd compile --config-only`.
//
// The text goes through a file: workerd takes `-` for a binary config only, and can't open /dev/stdin when it is
// a socket, which is what Node gives its children. Results are kept on disk by the SHA-256 of the
// text, each with a seal that nobody else can make: one that was changed is not used. Neither the text nor the result
// holds secrets: where one belongs there is a placeholder (`placeholder.ts`). It is the source of functions all the
// same, so the files are ours alone (0600).
//
// Median of 9 on a 2-core machine, 1 KB / 1 MB / 10 MB of source: compiled 15 / 56 / 460 ms, read from disk
// 0.3 / 2.3 / 28 ms.

import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../model/errors.ts';
import { type ConfigSeal, SEAL_BYTES } from './config-seal.ts';

/** Compiled configs on disk; beyond, those written longest ago go. */
export const cacheFilesMax = 1024;
/** 10 MB of source and 128 variables of 1 MB, in UTF-8, fit. */
const outputBytesMax = 512 * 1024 * 1024;
const compileTimeoutMs = 60_000;
const COMPILED = '.bin';

export interface CompileOptions {
  /** Absolute path; made if it is not there. */
  readonly cacheDir: string;
  /** Absolute path of the workerd binary. */
  readonly workerd: string;
  readonly seal: ConfigSeal;
  /** A file was not as it was written; its config is compiled again. */
  readonly onBroken?: (path: string) => void;
}

const running = new Map<string, Promise<Uint8Array>>();

/**
 * The same text is compiled once, however many ask for it at a time. The bytes are shared: don't write to them.
 *
 * @throws {AppError} FN_005 with workerd's words when it refuses the text; SYS_001 when workerd can't be run;
 * SYS_002 when the cache directory can't be read or written.
 */
export function compileConfig(text: string, options: CompileOptions): Promise<Uint8Array> {
  const path = join(options.cacheDir, digest(text).toString('hex') + COMPILED);
  const already = running.get(path);
  if (already !== undefined) return already;
  const work = compileOrRead(text, path, options).finally(() => running.delete(path));
  running.set(path, work);
  return work;
}

async function compileOrRead(text: string, path: string, options: CompileOptions): Promise<Uint8Array> {
  return (await onDisk(() => readWhole(path, options))) ?? (await compileToFile(text, path, options));
}

async function compileToFile(text: string, path: string, options: CompileOptions): Promise<Uint8Array> {
  const source = `${path}.${randomUUID()}.capnp`;
  const result = `${path}.${randomUUID()}.part`;
  try {
    await onDisk(async () => {
      await mkdir(options.cacheDir, { recursive: true, mode: 0o700 });
      await write(source, text);
    });
    const bytes = await runCompile(source, options.workerd);
    await onDisk(async () => {
      // Not synced, which would take longer than compiling did: the seal tells when a file is not whole.
      await write(result, [bytes, options.seal.of(basename(path), bytes)]);
      await rename(result, path);
      await prune(options.cacheDir);
    });
    return bytes;
  } finally {
    await onDisk(() => Promise.all([source, result].map((file) => rm(file, { force: true }))));
  }
}

function runCompile(source: string, workerd: string): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    execFile(
      workerd,
      ['compile', '--config-only', source],
      {
        encoding: 'buffer',
        maxBuffer: outputBytesMax,
        timeout: compileTimeoutMs,
        killSignal: 'SIGKILL',
        env: {},
      },
      (error, stdout, stderr) => {
        if (error === null) return resolve(stdout);
        // The path is ours and says nothing to the reader; line and column, which follow it, do.
        const words = stderr.toString('utf8').replaceAll(source, 'config').trim();
        if (typeof error.code === 'number') {
          reject(
            new AppError(
              'FN_005',
              `workerd refused the config: ${words}`,
              { buildLogs: words.split('\n') },
              error,
            ),
          );
        } else {
          reject(
            new AppError('SYS_001', `${workerd} could not compile a config: ${error.message}`, {}, error),
          );
        }
      },
    );
  });
}

const write = (path: string, content: string | readonly Uint8Array[]): Promise<void> =>
  writeFile(path, content, { flag: 'wx', mode: 0o600 });

/** What is not whole, say after a power cut, or was changed counts as absent: it is compiled again and replaced. */
async function readWhole(path: string, { seal, onBroken }: CompileOptions): Promise<Uint8Array | undefined> {
  const file = await readFile(path).catch(absent);
  if (file === undefined) return undefined;
  const bytes = file.subarray(0, Math.max(0, file.length - SEAL_BYTES));
  if (seal.fits(basename(path), bytes, file.subarray(bytes.length))) return bytes;
  onBroken?.(path);
  return undefined;
}

/** Keeps the newest results, and removes what a run left that was killed. */
async function prune(cacheDir: string): Promise<void> {
  const names = await readdir(cacheDir);
  const results = names.filter((name) => name.endsWith(COMPILED));
  const others = names.filter((name) => !name.endsWith(COMPILED));
  const abandonedBefore = Date.now() - 2 * compileTimeoutMs;
  const abandoned = (await ages(cacheDir, others)).filter(({ at }) => at < abandonedBefore);
  const oldest =
    results.length > cacheFilesMax
      ? (await ages(cacheDir, results)).sort((a, b) => a.at - b.at).slice(0, results.length - cacheFilesMax)
      : [];
  await Promise.all([...abandoned, ...oldest].map(({ path }) => rm(path, { force: true })));
}

function ages(dir: string, names: readonly string[]): Promise<{ path: string; at: number }[]> {
  return Promise.all(
    names.map(async (name) => {
      const path = join(dir, name);
      // Removed meanwhile, by another process that shares the cache, is as old as can be.
      return { path, at: (await stat(path).catch(absent))?.mtimeMs ?? 0 };
    }),
  );
}

const digest = (content: string | Uint8Array): Buffer => createHash('sha256').update(content).digest();

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}

async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new AppError('SYS_002', `The cache of compiled configs can't be used: ${String(cause)}`, {}, cause);
  }
}
