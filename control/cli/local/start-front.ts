// A front of one's own: the platform's router in the platform's workerd, with the config that a front has there but
// for who its visitors are. It ends with this process.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FrontStatus } from '../../../edge/contract/front-api.ts';
import type { RoutingTable } from '../../../edge/contract/routing-table.ts';
import { AppError } from '../../model/errors.ts';
import type { WorkerdConfig } from '../../workerd/config.ts';
import { bundleEdge } from '../../workerd/edge-bundle.ts';
import { emitCapnp } from '../../workerd/emit-capnp.ts';
import { FRONT_SOCKETS, frontConfig } from '../../workerd/front-config.ts';
import { UnixHttp } from '../../workerd/unix-http.ts';
import { workerdBinary } from '../../workerd/workerd-binary.ts';
import { MINIFLARE_CF_HEADER } from './isolate.ts';
import type { PretendedVisitor } from './visitor.ts';

/** As many versions can finish what they have as there are slots, less the one that serves. */
export const localSlots = 4;
const answerTimeoutMs = 5000;
const READY_FD = 3;
const SOCKETS = 2;

export interface LocalFrontOptions {
  /** Absolute path of a directory of its own. */
  readonly dir: string;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Who every client is. */
  readonly visitor: PretendedVisitor;
}

export class LocalFront {
  readonly port: number;
  readonly http: UnixHttp;
  /** Resolves with its last words when it has ended. */
  readonly ended: Promise<string>;
  readonly #child: ChildProcess;

  private constructor(port: number, child: ChildProcess, socket: string, ended: Promise<string>) {
    this.port = port;
    this.#child = child;
    this.http = new UnixHttp(socket);
    this.ended = ended;
  }

  /** @throws {AppError} FN_006 when the port is taken; SYS_001 with workerd's words for anything else. */
  static async start(options: LocalFrontOptions): Promise<LocalFront> {
    const { dir, host, port } = options;
    const [config, socket] = [join(dir, 'front.capnp'), join(dir, 'front.sock')];
    for (const folder of ['slots', 'snapshot']) mkdirSync(join(dir, folder), { recursive: true });
    writeFileSync(config, emitCapnp(await localFrontConfig(options)), { mode: 0o600 });
    const address = host.includes(':') ? `[${host}]` : host;
    const child = spawn(
      workerdBinary(),
      [
        ...['serve', `--control-fd=${READY_FD}`, `--socket-addr=public=${address}:${port}`],
        ...[`--socket-addr=private=unix:${socket}`, config],
      ],
      // Apart from our group: a terminal tells Ctrl-C to all of that, and the front is to end when we say so.
      { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], env: {}, detached: true },
    );
    const kill = (): void => void child.kill('SIGKILL');
    process.once('exit', kill);
    let words = '';
    child.stderr?.on('data', (chunk) => {
      words = `${words}${chunk}`.slice(-4096);
    });
    const ended = once(child, 'close').then(() => {
      process.removeListener('exit', kill);
      return words.trim();
    });
    const ready = listeningPort(child.stdio[READY_FD] as Readable);
    const chosen = await Promise.race([ready, ended.then(() => undefined)]);
    if (chosen !== undefined) return new LocalFront(chosen, child, socket, ended);
    throw startFailure(await ended, host, port);
  }

  async putTable(table: RoutingTable): Promise<void> {
    const { status, body } = await this.http.json<unknown>('PUT', '/table', table, answerTimeoutMs);
    if (status !== 200)
      throw new Error(`The front refused a routing table (${status}): ${JSON.stringify(body)}`);
  }

  async status(since: number): Promise<FrontStatus> {
    const { body } = await this.http.json<FrontStatus>(
      'GET',
      `/status?since=${since}`,
      undefined,
      answerTimeoutMs,
    );
    return body;
  }

  async stop(): Promise<void> {
    this.http.close();
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}

async function localFrontConfig(options: LocalFrontOptions): Promise<WorkerdConfig> {
  const { dir, visitor } = options;
  const config = frontConfig({
    router: await bundleEdge('router'),
    // Nobody is given a grant here: a function that is tried locally has no other to call.
    bindingKey: '',
    // Nor is anything sealed.
    ruleKeys: '{"secrets":"","urls":"","previews":""}',
    runDir: dir,
    snapshotDir: join(dir, 'snapshot'),
    slots: localSlots,
    pretended: JSON.stringify(visitor),
    v8Flags: [],
  });
  return {
    ...config,
    sockets: config.sockets.filter(
      ({ name }) => name === FRONT_SOCKETS.public || name === FRONT_SOCKETS.private,
    ),
    services: config.services.map((service) =>
      service.kind === 'external' && service.name.startsWith('slot-')
        ? { ...service, http: { cfBlobHeader: MINIFLARE_CF_HEADER } }
        : service,
    ),
  };
}

/** Resolves with the port of the public socket when all listen; undefined when the process ends before. */
function listeningPort(stream: Readable): Promise<number | undefined> {
  return new Promise((resolve) => {
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
      const lines = text.split('\n').slice(0, -1);
      if (lines.length < SOCKETS) return;
      const sockets = lines.map((line) => JSON.parse(line) as { socket: string; port?: number });
      resolve(sockets.find(({ socket }) => socket === 'public')?.port);
    });
    stream.once('close', () => resolve(undefined));
  });
}

function startFailure(words: string, host: string, port: number): AppError {
  if (/Address already in use/.test(words)) {
    return new AppError(
      'FN_006',
      `Port ${port} at ${host} is taken by another program: choose another port, or 0 for any that is free.`,
    );
  }
  return new AppError('SYS_001', `The local front ended at its start: ${words}`);
}
