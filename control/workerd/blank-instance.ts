// A blank instance: workerd inside its sandbox, blocked on reading its config from standard input. It costs
// the spawn ahead of time, so that a cold start costs only the config.
//
// It inherits three things: the listening socket (descriptor 3), the control descriptor on which it says
// that it listens (4), and its console file as standard output and error. The console is a file and not a
// pipe because instances outlive control: a pipe without a reader would break them or block them.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { type Sandbox, wrap } from '../sandbox/bubblewrap.ts';
import { withUnixSocket } from './listening-socket.ts';
import { ManagedProcess } from './managed-process.ts';
import type { RunDir } from './run-dir.ts';

/** Console file of one instance; writes beyond fail without harm. Control empties it long before. */
const consoleBytesMax = 64 * 1024 * 1024;
const SOCKET_FD = 3;
const READY_FD = 4;
const INFO_FD = 5;
/** Bytes of a dead instance's output that an error carries. */
const lastWordsBytesMax = 4096;

export interface BlankOptions {
  readonly id: string;
  readonly workerd: string;
  readonly sandbox: Sandbox;
  readonly runDir: RunDir;
}

export class BlankInstance {
  readonly id: string;
  readonly process: ManagedProcess;
  readonly #child: ChildProcess;
  readonly #runDir: RunDir;

  private constructor(id: string, child: ChildProcess, process: ManagedProcess, runDir: RunDir) {
    this.id = id;
    this.process = process;
    this.#child = child;
    this.#runDir = runDir;
  }

  /**
   * Spawns one and resolves when its pid is known. On success the caller owns the process. On rejection
   * nothing is left running.
   */
  static async spawn({ id, workerd, sandbox, runDir }: BlankOptions): Promise<BlankInstance> {
    const child = await withUnixSocket(runDir.blankSocket(id), (socketFd) => {
      const console = openSync(runDir.consoleFile(id), 'a', 0o600);
      try {
        return spawnLimited(wrap(sandbox, workerd, serveArgs, runDir.servicesDir(), INFO_FD), [
          'pipe',
          console,
          console,
          socketFd,
          'pipe',
          'pipe',
        ]);
      } finally {
        closeSync(console);
      }
    });
    // An end before the config is written makes the pipe break; the exit tells it better.
    child.stdin?.on('error', () => undefined);
    child.unref();
    const pid = sandbox.kind === 'none' ? child.pid : await innerPid(child);
    if (pid === undefined) {
      throw new Error(`An instance could not be started: ${lastWords(runDir, id)}`);
    }
    return new BlankInstance(id, child, ManagedProcess.own(child, pid), runDir);
  }

  /**
   * Gives the blank its config and resolves when it listens at `socketPath`. If it exits first, rejects with
   * the end of its output; nothing is left running then.
   */
  async activate(config: Uint8Array, socketPath: string): Promise<void> {
    renameSync(this.#runDir.blankSocket(this.id), socketPath);
    const ready = lineFrom(this.#child.stdio[READY_FD] as Readable);
    this.#child.stdin?.end(config);
    const listens = await Promise.race([ready, this.process.exited.then(() => undefined)]);
    if (listens === undefined) {
      const { code, signal } = await this.process.exited;
      rmSync(socketPath, { force: true });
      throw new Error(
        lastWords(this.#runDir, this.id) ?? `it ended without a word (${signal ?? `exit ${code}`})`,
      );
    }
    (this.#child.stdio[READY_FD] as Readable).destroy();
  }

  /** Ends a blank that was never activated. */
  async discard(): Promise<void> {
    this.process.kill();
    await this.process.exited;
    rmSync(this.#runDir.blankSocket(this.id), { force: true });
    rmSync(this.#runDir.consoleFile(this.id), { force: true });
  }
}

const serveArgs = ['serve', '--binary', `--control-fd=${READY_FD}`, '--socket-fd', `http=${SOCKET_FD}`, '-'];

/** Runs a command without core dumps and with a bounded console; SIGXFSZ is ignored so that a full one is no death. */
function spawnLimited(
  { command, args }: { command: string; args: readonly string[] },
  stdio: ('pipe' | number)[],
): ChildProcess {
  const script = `trap '' XFSZ; ulimit -c 0; ulimit -f ${consoleBytesMax / 512}; exec "$@"`;
  return spawn('/bin/sh', ['-c', script, 'sh', command, ...args], {
    stdio,
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
  });
}

/**
 * The pid that bubblewrap reports for the program inside; undefined if it ended without. Read to its end: who
 * closes the pipe while bubblewrap still writes kills it, and what it has cloned then waits for it for ever.
 */
async function innerPid(child: ChildProcess): Promise<number | undefined> {
  let text = '';
  for await (const chunk of child.stdio.at(INFO_FD) as Readable) text += String(chunk);
  const match = /"child-pid": (\d+)\D/.exec(text);
  return match ? Number(match[1]) : undefined;
}

function lineFrom(stream: Readable): Promise<string | undefined> {
  return new Promise((resolve) => {
    stream.once('data', (chunk) => resolve(String(chunk)));
    stream.once('end', () => resolve(undefined));
    stream.once('error', () => resolve(undefined));
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
