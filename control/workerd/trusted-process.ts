// Starts a process that runs only the platform's own code: a front, or the outbound. It is not in a sandbox,
// and like an instance it outlives control.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { giveNice } from '../resources/niceness.ts';
import { lastWords } from './blank-instance.ts';
import { ManagedProcess } from './managed-process.ts';
import type { ProcessRecord, RunDir } from './run-dir.ts';

/** Descriptors 0 to 2 are the standard ones, 3 tells readiness, inherited sockets follow. */
export const READY_FD = 3;
export const FIRST_INHERITED_FD = 4;

export interface TrustedOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** What it reads on standard input. */
  readonly input: string | Uint8Array;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly runDir: RunDir;
  readonly record: Pick<ProcessRecord, 'kind' | 'id' | 'build' | 'port' | 'seat'>;
  /** Descriptors that it has from `FIRST_INHERITED_FD` on. */
  readonly inherited: readonly number[];
  /** See `resources/niceness.ts`. */
  readonly nice: number;
  /** Lines on `READY_FD` after which it is ready. */
  readonly readyLines: number;
}

/**
 * Spawns in the same tick, and resolves when the process says that it is ready. If it exits first, rejects with
 * the end of its output. On success the caller owns the process; on rejection nothing is left running.
 */
export async function spawnTrusted(options: TrustedOptions): Promise<ManagedProcess> {
  const { program, input, runDir, record, readyLines } = options;
  const child = spawnDetached(options);
  child.stdin?.on('error', () => undefined); // An early exit breaks the pipe, and tells its reason itself.
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new Error(`${program} cannot be run: ${error.message}`, { cause: error });
  }
  child.unref();
  giveNice(child.pid, options.nice);
  const process = ManagedProcess.own(child, child.pid);
  try {
    runDir.writeRecord({ ...record, ...process.identity });
  } catch (error) {
    process.kill();
    throw error;
  }
  const ready = linesFrom(child.stdio[READY_FD] as Readable, readyLines);
  child.stdin?.end(input);
  if (await Promise.race([ready, process.exited.then(() => false)])) {
    (child.stdio[READY_FD] as Readable).destroy();
    return process;
  }
  process.kill();
  await process.exited;
  runDir.removeRecord(record.id);
  const words = lastWords(runDir, record.id);
  rmSync(runDir.consoleFile(record.id), { force: true });
  throw new Error(`The ${record.kind} ended at its start: ${words}`);
}

function spawnDetached({ program, args, env, runDir, record, inherited }: TrustedOptions): ChildProcess {
  const console = openSync(runDir.consoleFile(record.id), 'a', 0o600);
  try {
    return spawn(program, args, {
      stdio: ['pipe', console, console, 'pipe', ...inherited],
      detached: true,
      cwd: runDir.path,
      env,
    });
  } finally {
    closeSync(console);
  }
}

/** Resolves with true once `count` lines have come, with false if the stream ends before. */
function linesFrom(stream: Readable, count: number): Promise<boolean> {
  return new Promise((resolve) => {
    let lines = 0;
    stream.on('data', (chunk) => {
      lines += String(chunk).split('\n').length - 1;
      if (lines >= count) resolve(true);
    });
    stream.once('close', () => resolve(false));
    stream.once('error', () => resolve(false));
  });
}
