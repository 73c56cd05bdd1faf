// A front as in production: the built router in a real workerd, with the config that control emits. Instances
// and control are plain HTTP servers of the test on the sockets where the front expects them.

import { createHmac } from 'node:crypto';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  request,
  type Server,
} from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { RuleKey } from '../../control/secrets/rule-key.ts';
import { bundleEdge } from '../../control/workerd/edge-bundle.ts';
import { emitCapnp } from '../../control/workerd/emit-capnp.ts';
import { frontConfig } from '../../control/workerd/front-config.ts';
import { CACHE_SOCKET } from '../../edge/contract/cache.ts';
import type { FrontAck, FrontStatus } from '../../edge/contract/front-api.ts';
import { CF_BLOB_HEADER, FRONT_SEAT_VARIABLE, SCHEME_HEADER } from '../../edge/contract/names.ts';
import type { RoutingTable, TableDelta } from '../../edge/contract/routing-table.ts';
import { useTmpDir } from './use-tmp-dir.ts';
import { useWorkerd } from './use-workerd.ts';

export { anEntry, aTable, HASH_OF_TOKEN, V1, V2 } from './an-entry.ts';

export const SLOTS = 6;

/** As control has them, of a vault of the test. */
export const ruleKeys = new RuleKey({
  platformMark: (name, text) => createHmac('sha256', 'a test').update(`${name} ${text}`).digest('hex'),
});
export interface Ask {
  readonly path?: string;
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An array is sent in chunks, without a length. */
  readonly body?: string | readonly string[];
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface RunningFront {
  readonly port: number;
  ask(ask?: Ask): Promise<Reply>;
  /** As the TLS door, with what it tells of the client. */
  askSecure(cf: object, ask?: Ask): Promise<Reply>;
  askPrivate(ask: Ask): Promise<Reply>;
  put(table: RoutingTable): Promise<Reply>;
  patch(delta: TableDelta): Promise<Reply>;
  status(since?: number): Promise<FrontStatus>;
  /** Serves a slot until the test ends or the answer's `close`. */
  slot(slot: number, listener: RequestListener): Promise<Server>;
  /** Has a slot lead to what listens at `path`. */
  slotAt(slot: number, path: string): void;
  control(listener: RequestListener): Promise<Server>;
  /** Gives the front a way to other hosts: the outbound's socket for fronts. */
  originAt(path: string): void;
  /** Gives the front a cache: its socket for fronts. */
  cacheAt(path: string): void;
}

/**
 * `table` is pushed as control would; without it the front has to find one by itself. `seat` says which of the fronts it
 * is, where a test has several.
 */
export async function useFront(
  table?: RoutingTable,
  snapshot?: RoutingTable,
  seat?: string,
): Promise<RunningFront> {
  const dir = useTmpDir();
  const [runDir, snapshotDir] = [join(dir, 'run'), join(dir, 'snapshot')];
  mkdirSync(join(runDir, 'slots'), { recursive: true });
  mkdirSync(snapshotDir);
  if (snapshot) writeFileSync(join(snapshotDir, 'routing-table.json'), JSON.stringify(snapshot));
  const router = await bundleEdge('router');
  const config = frontConfig({
    router,
    runDir,
    snapshotDir,
    slots: SLOTS,
    bindingKey: '',
    ruleKeys: JSON.stringify(ruleKeys.forFronts),
    v8Flags: ['--gc-global'],
  });
  const workerd = await useWorkerd(emitCapnp(config), {
    sockets: ['public', 'secure', 'private', 'bound'],
    tcp: ['public'],
    ...(seat !== undefined && { env: { [FRONT_SEAT_VARIABLE]: seat } }),
  });
  const port = workerd.port('public');
  const privateSocket = workerd.socketPath('private');
  const json = (method: string, path: string, value?: unknown): Promise<Reply> =>
    send(
      { socketPath: privateSocket },
      { method, path, ...(value !== undefined && { body: JSON.stringify(value) }) },
    );
  const front: RunningFront = {
    port,
    ask: (ask = {}) => send({ port }, ask),
    askSecure: (cf, ask = {}) => {
      const told = { [CF_BLOB_HEADER]: JSON.stringify(cf), [SCHEME_HEADER]: 'https' };
      return send(
        { socketPath: workerd.socketPath('secure') },
        { ...ask, headers: { ...ask.headers, ...told } },
      );
    },
    askPrivate: (ask) => send({ socketPath: privateSocket }, ask),
    put: (value) => json('PUT', '/table', value),
    patch: (value) => json('PATCH', '/table', value),
    status: async (since = 0) => JSON.parse((await json('GET', `/status?since=${since}`)).body),
    slot: (slot, listener) => useServer(join(runDir, `slots/${slot}.sock`), listener),
    slotAt: (slot, path) => symlinkSync(path, join(runDir, `slots/${slot}.sock`)),
    control: (listener) => useServer(join(runDir, 'control.sock'), listener),
    originAt: (path) => symlinkSync(path, join(runDir, 'origin.sock')),
    cacheAt: (path) => symlinkSync(path, join(runDir, CACHE_SOCKET)),
  };
  if (table) await front.put(table);
  return front;
}

export const generationOf = ({ body }: Reply): number => (JSON.parse(body) as FrontAck).generation;

export function errorOf({ body }: Reply): { code: string; message: string } {
  return (JSON.parse(body) as { error: { code: string; message: string } }).error;
}

/** Listens at a path until the test ends; `close` drops its connections and the socket, as a crash would. */
async function useServer(path: string, listener: RequestListener): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer({ keepAliveTimeout: 60_000, maxHeaderSize: 1024 * 1024 }, listener);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return server;
}

function send(to: { port: number } | { socketPath: string }, ask: Ask): Promise<Reply> {
  const { path = '/', method = 'GET', host = 'hello.localhost', headers = {}, body } = ask;
  return new Promise((resolve, reject) => {
    const length = typeof body === 'string' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
    const all = { host, ...length, ...headers };
    const sent = request({ ...to, path, method, headers: all, agent: false }, (response) => {
      text(response).then(
        (received) =>
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: received }),
        reject,
      );
    });
    sent.on('error', reject);
    if (typeof body === 'object') for (const chunk of body) sent.write(chunk);
    sent.end(typeof body === 'string' ? body : undefined);
  });
}
