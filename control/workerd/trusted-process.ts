// Starts a workerd that runs only the platform's own code: a front, or the outbound. It is not in a sandbox,
// and like an instance it outlives control.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { lastWords } from './blank-instance.ts';
import { ManagedProcess } from './managed-process.ts';
import type { ProcessRecord, RunDir } from './run-dir.ts';

/** Descriptors 0 to 2 are the standard ones, 3 tells readiness, inherited sockets follow. */
const READY_FD = 3;

export interface TrustedOptions {
  readonly workerd: string;
  readonly runDir: RunDir;
  /** Binary config. */
  readonly config: Uint8Array;
  readonly record: Pick<ProcessRecord, 'kind' | 'id' | 'build' | 'port'>;
  /** Socket name to listening descriptor. */
  readonly inherited: Readonly<Record<string, number>>;
  /** Socket name to the address that workerd binds itself. */
  readonly bound: Readonly<Record<string, string>>;
}

/**
 * Spawns in the same tick, and resolves when every socket listens. If the process exits first, rejects with
 * the end of its output. On success the caller owns the process; on rejection nothing is left running.
 */
export async function spawnTrusted(options: TrustedOptions): Promise<ManagedProcess> {
  const { workerd, runDir, config, record, inherited, bound } = options;
  const child = spawnWorkerd(options);
  child.stdin?.on('error', () => undefined); // An early exit breaks the pipe, and tells its reason itself.
  if (child.pid === undefined) {
    const [error] = (await once(child, 'error')) as [Error];
    throw new Error(`${workerd} cannot be run: ${error.message}`, { cause: error });
  }
  child.unref();
  const process = ManagedProcess.own(child, child.pid);
  try {
    runDir.writeRecord({ ...record, ...process.identity });
  } catch (error) {
    process.kill();
    throw error;
  }
  const sockets = Object.keys(inherited).length + Object.keys(bound).length;
  const ready = linesFrom(child.stdio[READY_FD] as Readable, sockets);
  child.stdin?.end(config);
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

function spawnWorkerd({ workerd, runDir, record, inherited, bound }: TrustedOptions): ChildProcess {
  const console = openSync(runDir.consoleFile(record.id), 'a', 0o600);
  const sockets = [
    ...Object.keys(inherited).flatMap((name, index) => ['--socket-fd', `${name}=${READY_FD + 1 + index}`]),
    ...Object.entries(bound).flatMap(([name, address]) => ['--socket-addr', `${name}=${address}`]),
  ];
  try {
    return spawn(workerd, ['serve', '--binary', '-', `--control-fd=${READY_FD}`, ...sockets], {
      stdio: ['pipe', console, console, 'pipe', ...Object.values(inherited)],
      detached: true,
      cwd: runDir.path,
      env: {},
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
