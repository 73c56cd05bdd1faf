// A front: one trusted workerd that runs the router and nothing else. Control talks to it on its private
// socket. It outlives control, like an instance.

import { rmSync } from 'node:fs';
import type { ExperimentReport } from '../../edge/contract/experiment-report.ts';
import type {
  ExplainAnswer,
  ExplainRequest,
  FrontAck,
  FrontStatus,
  LendAnswer,
  LendRequest,
  LimiterCounters,
  ResetAnswer,
  ResetRequest,
  Seat,
} from '../../edge/contract/front-api.ts';
import { FRONT_SEAT_VARIABLE } from '../../edge/contract/names.ts';
import type { RoutingTable, TableDelta } from '../../edge/contract/routing-table.ts';
import { NICE } from '../resources/niceness.ts';
import { lastWords } from './blank-instance.ts';
import { withSharedPort } from './listening-socket.ts';
import { ManagedProcess } from './managed-process.ts';
import type { ProcessRecord, RunDir } from './run-dir.ts';
import { FIRST_INHERITED_FD, READY_FD, spawnTrusted } from './trusted-process.ts';
import { UnixHttp } from './unix-http.ts';

/** A front that does not answer control for this long is stuck, and is replaced. */
export const frontAnswerTimeoutMs = 5000;
/** A visitor waits for what a front lends; one that takes longer lends nothing. */
export const lendTimeoutMs = 500;
/** Until the TLS door has seen that a front's socket is gone. */
const doorLeavesMs = 50;

export interface FrontOptions {
  readonly id: string;
  readonly workerd: string;
  readonly runDir: RunDir;
  readonly config: Uint8Array;
  readonly build: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Which of the machine's fronts it is to be. */
  readonly seat: Seat;
}

export class Front {
  readonly id: string;
  readonly port: number;
  readonly seat: number;
  /** An earlier control has started it. */
  readonly adopted: boolean;
  readonly process: ManagedProcess;
  readonly #secureSocket: string;
  readonly http: UnixHttp;
  /** The end of what it wrote, once it has ended. */
  lastWords: string | undefined;

  private constructor(
    { id, port, seat }: Pick<Front, 'id' | 'port' | 'seat'>,
    process: ManagedProcess,
    runDir: RunDir,
    adopted: boolean,
  ) {
    this.id = id;
    this.seat = seat;
    this.adopted = adopted;
    this.port = port;
    this.process = process;
    this.#secureSocket = runDir.secureSocket(id);
    this.http = new UnixHttp(runDir.frontSocket(id));
    void process.exited.then(() => {
      this.lastWords = lastWords(runDir, id);
      this.http.close();
      runDir.removeRecord(id);
      rmSync(runDir.frontSocket(id), { force: true });
      rmSync(runDir.boundSocket(id), { force: true });
      rmSync(runDir.secureSocket(id), { force: true });
      rmSync(runDir.consoleFile(id), { force: true });
    });
  }

  /**
   * Starts a front and resolves when its sockets listen. If it exits first, rejects with the end of its
   * output. On success the caller owns the process; on rejection nothing is left running.
   */
  static async start(options: FrontOptions): Promise<Front> {
    const { id, runDir, host, workerd, config, build, seat } = options;
    const privateSocket = runDir.frontSocket(id);
    rmSync(privateSocket, { force: true });
    rmSync(runDir.boundSocket(id), { force: true });
    rmSync(runDir.secureSocket(id), { force: true });
    const spawned = await withSharedPort(host, options.port, (fd, port) => ({
      port,
      ready: spawnTrusted({
        program: workerd,
        args: [
          ...['serve', '--binary', '-', `--control-fd=${READY_FD}`],
          ...['--socket-fd', `public=${FIRST_INHERITED_FD}`],
          ...['--socket-addr', `private=unix:${privateSocket}`],
          ...['--socket-addr', `bound=unix:${runDir.boundSocket(id)}`],
          ...['--socket-addr', `secure=unix:${runDir.secureSocket(id)}`],
        ],
        ...{ input: config, runDir, inherited: [fd] },
        env: { [FRONT_SEAT_VARIABLE]: `${seat.index}/${seat.count}/${seat.successorSince}` },
        record: { kind: 'front', id, build, port, seat: seat.index },
        nice: NICE.front,
        // workerd says one for each socket that listens.
        readyLines: 4,
      }),
    }));
    return new Front({ id, port: spawned.port, seat: seat.index }, await spawned.ready, runDir, false);
  }

  /** Takes over a front that an earlier control started; undefined if it has gone. */
  static adopt(record: ProcessRecord, runDir: RunDir): Front | undefined {
    const process = ManagedProcess.adopt({ pid: record.pid, startTime: record.startTime });
    const { id, port, seat = 0 } = record;
    if (process && port !== undefined) return new Front({ id, port, seat }, process, runDir, true);
    runDir.removeRecord(record.id);
    return undefined;
  }

  /**
   * Lets it finish what it has, for at most `graceMs`. Its socket for the TLS door goes first: a request that comes while
   * it closes its connections would be lost.
   */
  async stop(graceMs: number): Promise<void> {
    rmSync(this.#secureSocket, { force: true });
    await new Promise((resolve) => setTimeout(resolve, doorLeavesMs));
    await this.process.stop(graceMs);
  }

  async putTable(table: RoutingTable): Promise<FrontAck> {
    return (await this.http.json<FrontAck>('PUT', '/table', table, frontAnswerTimeoutMs)).body;
  }

  /** The front's generation after it; other than the delta's when it must have the whole table. */
  async patchTable(delta: TableDelta): Promise<FrontAck> {
    return (await this.http.json<FrontAck>('PATCH', '/table', delta, frontAnswerTimeoutMs)).body;
  }

  async explain(request: ExplainRequest): Promise<ExplainAnswer> {
    return (await this.http.json<ExplainAnswer>('POST', '/explain', request, frontAnswerTimeoutMs)).body;
  }

  /** What it has counted of experiments since `after`, which is stored. */
  async experiments(after: number, epoch: string): Promise<ExperimentReport> {
    const path = `/experiments?after=${after}&epoch=${epoch}`;
    return (await this.http.json<ExperimentReport>('GET', path, undefined, frontAnswerTimeoutMs)).body;
  }

  async lend(question: LendRequest): Promise<LendAnswer> {
    return (await this.http.json<LendAnswer>('POST', '/limits/lend', question, lendTimeoutMs)).body;
  }

  async limiterCounters(functionId: string): Promise<readonly LimiterCounters[]> {
    const path = `/limits/of/${functionId}`;
    return (await this.http.json<LimiterCounters[]>('GET', path, undefined, frontAnswerTimeoutMs)).body;
  }

  async resetLimit(question: ResetRequest): Promise<ResetAnswer> {
    return (await this.http.json<ResetAnswer>('POST', '/limits/reset', question, frontAnswerTimeoutMs)).body;
  }

  async status(since: number): Promise<FrontStatus> {
    return (
      await this.http.json<FrontStatus>('GET', `/status?since=${since}`, undefined, frontAnswerTimeoutMs)
    ).body;
  }
}
