// A blank instance: workerd inside its sandbox, blocked on reading its config from standard input. It costs
// the spawn ahead of time, so that a cold start costs only the config.
//
// It inherits three things: the listening socket (descriptor 3), the control descriptor on which it says
// that it listens (4), and its console file as standard output and error. The console is a file and not a
// pipe because instances outlive control: a pipe without a reader would break them or block them.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ResourceGroup, Resources } from '../resources/resources.ts';
import { type Sandbox, type SandboxedCommand, wrap } from '../sandbox/bubblewrap.ts';
import { PidReport } from '../sandbox/pid-report.ts';
import { withUnixSocket } from './listening-socket.ts';
import { ManagedProcess } from './managed-process.ts';
import type { RunDir } from './run-dir.ts';

/** Console file of one instance; writes beyond fail without harm. Control empties it long before. */
export const consoleBytesMax = 64 * 1024 * 1024;
/** Open files of one instance: two for each request of the largest `concurrency`, from eight fronts. */
export const openFilesMax = 16_384;
const SOCKET_FD = 3;
const READY_FD = 4;
/** Bubblewrap's own come behind; it closes them. */
const FIRST_FREE_FD = 5;
/** Bytes of a dead instance's output that an error carries. */
const lastWordsBytesMax = 4096;

/** Of bubblewrap, when SIGKILL ended what it ran. */
const KILLED_EXIT_CODE = 128 + 9;

/** Someone ended the process from outside: the kernel for want of memory, or a person. No code does that to itself. */
export class KilledError extends Error {
  override readonly name = 'KilledError';
}

export interface BlankOptions {
  readonly id: string;
  readonly workerd: string;
  readonly sandbox: Sandbox;
  readonly resources: Resources;
  readonly runDir: RunDir;
}

export class BlankInstance {
  readonly id: string;
  readonly process: ManagedProcess;
  /** What the kernel holds the process to. Whoever ends the process removes it, `discard` for one. */
  readonly resources: ResourceGroup;
  readonly #child: ChildProcess;
  readonly #runDir: RunDir;

  private constructor(
    id: string,
    child: ChildProcess,
    process: ManagedProcess,
    resources: ResourceGroup,
    runDir: RunDir,
  ) {
    this.id = id;
    this.process = process;
    this.resources = resources;
    this.#child = child;
    this.#runDir = runDir;
  }

  /**
   * Spawns one and resolves when its pid is known. On success the caller owns the process. On rejection
   * nothing is left running.
   */
  static async spawn(options: BlankOptions): Promise<BlankInstance> {
    const { id, sandbox, runDir } = options;
    const group = options.resources.prepare(id);
    const report = sandbox.kind === 'none' ? undefined : new PidReport();
    try {
      const { child, ended } = await spawnListening(options, report, group.joinFiles);
      const pid = report ? await report.pid(ended) : child.pid;
      if (pid === undefined) throw new Error(`An instance could not be started: ${await ended}`);
      child.unref();
      group.attach(pid);
      return new BlankInstance(id, child, ManagedProcess.own(child, pid), group, runDir);
    } catch (error) {
      removeFiles(runDir, id);
      await group.remove();
      throw error;
    } finally {
      report?.close();
    }
  }

  /**
   * Gives the blank its config and resolves when it listens at `socketPath`. If it exits first, rejects with
   * the end of its output, or with `KilledError` if that was nothing of its own; nothing is left running then.
   */
  async activate(config: Uint8Array, socketPath: string): Promise<void> {
    const ready = lineFrom(this.#child.stdio[READY_FD] as Readable);
    try {
      renameSync(this.#runDir.blankSocket(this.id), socketPath);
      this.#child.stdin?.end(config);
      if (await Promise.race([ready, this.process.exited.then(() => false)])) return;
      // Its end is on its way: it has closed what it tells its readiness on, and does nothing else before that.
      const { code, signal } = await this.process.exited;
      if (signal === 'SIGKILL' || code === KILLED_EXIT_CODE) throw new KilledError();
      throw new Error(
        lastWords(this.#runDir, this.id) ?? `it ended without a word (${signal ?? `exit ${code}`})`,
      );
    } catch (error) {
      await this.end();
      rmSync(socketPath, { force: true });
      throw error;
    } finally {
      (this.#child.stdio[READY_FD] as Readable).destroy();
    }
  }

  /** Ends the process at once; its console file stays, to be read. */
  async end(): Promise<void> {
    this.#child.ref();
    this.process.kill();
    await this.process.exited;
    rmSync(this.#runDir.blankSocket(this.id), { force: true });
  }

  /** Ends a blank that was never activated, and removes all that is left of it. */
  async discard(): Promise<void> {
    await this.end();
    removeFiles(this.#runDir, this.id);
    await this.resources.remove();
  }
}

function removeFiles(runDir: RunDir, id: string): void {
  rmSync(runDir.blankSocket(id), { force: true });
  rmSync(runDir.consoleFile(id), { force: true });
}

/** `ended` resolves with what is to be said of the end; it never rejects. */
function spawnListening(
  { id, workerd, sandbox, runDir }: BlankOptions,
  report: PidReport | undefined,
  joinFiles: readonly string[],
): Promise<{ child: ChildProcess; ended: Promise<string> }> {
  return withUnixSocket(runDir.blankSocket(id), (socketFd) => {
    const console = openSync(runDir.consoleFile(id), 'a', 0o600);
    try {
      const child = spawnSandboxed(
        wrap(
          sandbox,
          workerd,
          serveArgs,
          { servicesDir: runDir.servicesDir(), assetsDir: runDir.assetsDir },
          { firstFd: FIRST_FREE_FD, reportFd: report?.fd },
        ),
        ['pipe', console, console, socketFd, 'pipe'],
        joinFiles,
      );
      // An end before the config is written makes the pipe break; the exit tells it better.
      child.stdin?.on('error', () => undefined);
      const ended = new Promise<string>((resolve) => {
        child.once('error', (error) => resolve(error.message));
        child.once('exit', (code, signal) =>
          resolve(lastWords(runDir, id) ?? `it ended without a word (${signal ?? `exit ${code}`})`),
        );
      });
      return { child, ended };
    } finally {
      closeSync(console);
    }
  });
}

const serveArgs = ['serve', '--binary', `--control-fd=${READY_FD}`, '--socket-fd', `http=${SOCKET_FD}`, '-'];

/** Takes the files to join, up to "--", off the shell's arguments; one that cannot be joined ends it, and says so. */
const joinGroups = 'while [ "$1" != -- ]; do echo $$ >"$1" || exit; shift; done; shift';

/**
 * Runs a command in its groups, without core dumps, with a bounded console and a bounded number of open files, where the
 * machine's own bound is not lower. SIGXFSZ is ignored so that a full console is no death.
 */
const limited = [
  joinGroups,
  "trap '' XFSZ",
  'ulimit -c 0',
  `ulimit -f ${consoleBytesMax / 512}`,
  `ulimit -n ${openFilesMax} 2>/dev/null`,
  'exec "$@"',
].join('; ');

/** Spawns a wrapped program. `stdio` are the descriptors that stay open in it. */
export function spawnSandboxed(
  { command, args, descriptors, close }: SandboxedCommand,
  stdio: readonly ('pipe' | 'ignore' | number)[],
  joinFiles: readonly string[] = [],
): ChildProcess {
  try {
    return spawn('/bin/sh', ['-c', limited, 'sh', ...joinFiles, '--', command, ...args], {
      stdio: [...stdio, ...descriptors],
      detached: true,
      cwd: '/',
      env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    });
  } finally {
    close();
  }
}

/** Resolves with true once a whole line has come, with false if the stream ends before. */
function lineFrom(stream: Readable): Promise<boolean> {
  return new Promise((resolve) => {
    stream.on('data', (chunk) => {
      if (String(chunk).includes('\n')) resolve(true);
    });
    stream.once('close', () => resolve(false));
    stream.once('error', () => resolve(false));
  });
}

/** The end of what a process wrote to its console file; undefined if it wrote nothing. */
export function lastWords(runDir: RunDir, id: string): string | undefined {
  try {
    const text = readFileSync(runDir.consoleFile(id));
    return text.subarray(-lastWordsBytesMax).toString('utf8').trim() || undefined;
  } catch {
    return undefined; // It did not get as far as having one.
  }
}
