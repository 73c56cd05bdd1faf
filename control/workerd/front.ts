// A front: one trusted workerd that runs the router and nothing else. Control talks to it on its private
// socket. It outlives control, like an instance.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { FrontAck, FrontStatus } from '../../edge/contract/front-api.ts';
import type { RoutingTable, TableDelta } from '../../edge/contract/routing-table.ts';
import { lastWords } from './blank-instance.ts';
import { withSharedPort } from './listening-socket.ts';
import { ManagedProcess } from './managed-process.ts';
import type { ProcessRecord, RunDir } from './run-dir.ts';
import { UnixHttp } from './unix-http.ts';

/** A front that does not answer control for this long is stuck, and is replaced. */
export const frontAnswerTimeoutMs = 5000;
const PUBLIC_FD = 3;
const READY_FD = 4;

export interface FrontOptions {
  readonly id: string;
  readonly workerd: string;
  readonly runDir: RunDir;
  readonly config: Uint8Array;
  readonly build: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

export class Front {
  readonly id: string;
  readonly port: number;
  readonly process: ManagedProcess;
  readonly http: UnixHttp;

  private constructor(id: string, port: number, process: ManagedProcess, runDir: RunDir) {
    this.id = id;
    this.port = port;
    this.process = process;
    this.http = new UnixHttp(runDir.frontSocket(id));
    void process.exited.then(() => {
      this.http.close();
      runDir.removeRecord(id);
      rmSync(runDir.frontSocket(id), { force: true });
      rmSync(runDir.consoleFile(id), { force: true });
    });
  }

  /**
   * Starts a front and resolves when both its sockets listen. If it exits first, rejects with the end of its
   * output. On success the caller owns the process; on rejection nothing is left running.
   */
  static async start(options: FrontOptions): Promise<Front> {
    const { id, runDir, host } = options;
    rmSync(runDir.frontSocket(id), { force: true });
    const { child, port } = await withSharedPort(host, options.port, (fd, port) => ({
      child: spawnFront(options, fd),
      port,
    }));
    child.unref();
    child.stdin?.on('error', () => undefined);
    if (child.pid === undefined)
      throw new Error(`A front could not be started: ${options.workerd} does not run.`);
    const process = ManagedProcess.own(child, child.pid);
    runDir.writeRecord({ kind: 'front', id, ...process.identity, build: options.build, port });
    child.stdin?.end(options.config);
    const ready = await Promise.race([
      linesFrom(child.stdio[READY_FD] as Readable, 2),
      process.exited.then(() => false),
    ]);
    if (!ready) {
      const words = lastWords(runDir, id);
      process.kill();
      throw new Error(`A front ended at its start: ${words}`);
    }
    (child.stdio[READY_FD] as Readable).destroy();
    return new Front(id, port, process, runDir);
  }

  /** Takes over a front that an earlier control started; undefined if it has gone. */
  static adopt(record: ProcessRecord, runDir: RunDir): Front | undefined {
    const process = ManagedProcess.adopt({ pid: record.pid, startTime: record.startTime });
    if (process && record.port !== undefined) return new Front(record.id, record.port, process, runDir);
    runDir.removeRecord(record.id);
    return undefined;
  }

  async putTable(table: RoutingTable): Promise<FrontAck> {
    return (await this.http.json<FrontAck>('PUT', '/table', table, frontAnswerTimeoutMs)).body;
  }

  /** The front's generation after it; other than the delta's when it must have the whole table. */
  async patchTable(delta: TableDelta): Promise<FrontAck> {
    return (await this.http.json<FrontAck>('PATCH', '/table', delta, frontAnswerTimeoutMs)).body;
  }

  async status(since: number): Promise<FrontStatus> {
    return (
      await this.http.json<FrontStatus>('GET', `/status?since=${since}`, undefined, frontAnswerTimeoutMs)
    ).body;
  }
}

function spawnFront({ id, workerd, runDir }: FrontOptions, publicFd: number): ChildProcess {
  const console = openSync(runDir.consoleFile(id), 'a', 0o600);
  try {
    const args = [
      ...['serve', '--binary', '-', `--control-fd=${READY_FD}`],
      ...['--socket-fd', `public=${PUBLIC_FD}`, '--socket-addr', `private=unix:${runDir.frontSocket(id)}`],
    ];
    return spawn(workerd, args, {
      stdio: ['pipe', console, console, publicFd, 'pipe'],
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
