// The TLS door as control starts it, before fronts that are plain HTTP servers of the test.

import { createServer, type RequestListener, type Server } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { TlsTimes } from '../../control/tls/contract.ts';
import { tlsHeaderBytesMax, tlsTimes } from '../../control/tls/limits.ts';
import { RunDir } from '../../control/workerd/run-dir.ts';
import { buildTlsDoor, TlsDoor } from '../../control/workerd/tls-door.ts';
import { SECURE_SOCKET_SUFFIX } from '../../edge/contract/names.ts';
import { useTmpDir } from './use-tmp-dir.ts';

export interface TlsReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
  /** SHA-256 of the certificate that was served. */
  readonly fingerprint: string;
}

export interface DoorUnderTest {
  readonly door: TlsDoor;
  readonly runDir: RunDir;
  /** The operator's directory of certificates. */
  readonly certs: string;
  readonly port: number;
  front(name: string, listener: RequestListener): Promise<Server>;
  get(host: string, path?: string, more?: RequestOptions & { body?: string }): Promise<TlsReply>;
  http2(host: string): ClientHttp2Session;
  pid(): number;
}

export async function useTlsDoor(
  certs: string,
  more: { clientCa?: string; times?: Partial<TlsTimes> } = {},
): Promise<DoorUnderTest> {
  const runDir = new RunDir(useTmpDir());
  const settings = { host: '127.0.0.1', port: 0, certs, clientCa: more.clientCa };
  const door = new TlsDoor({
    ...{ settings, runDir, domain: 'example.test' },
    times: { ...tlsTimes, ...more.times },
    log: (message, details) => console.log(message, details),
    onGone: async () => undefined,
    ...(await buildTlsDoor(settings, 'example.test')),
  });
  onTestFinished(() => door.close(0));
  await door.start([]);
  const { port } = door;
  return {
    ...{ door, runDir, certs, port },
    front: async (name, listener) => {
      const server = createServer({ maxHeaderSize: 2 * tlsHeaderBytesMax }, listener);
      const path = join(runDir.frontsDir(), `${name}${SECURE_SOCKET_SUFFIX}`);
      await new Promise<void>((resolve) => server.listen(path, resolve));
      onTestFinished(() => {
        server.closeAllConnections();
        server.close();
      });
      return server;
    },
    get: (host, path = '/', { body, ...options } = {}) =>
      new Promise((resolve, reject) => {
        const outgoing = request(
          {
            ...{ host: '127.0.0.1', port, path, servername: host, agent: false, rejectUnauthorized: false },
            ...options,
            headers: { host, ...options.headers },
          },
          (response) => {
            const socket = response.socket as import('node:tls').TLSSocket;
            const fingerprint = socket.getPeerCertificate().fingerprint256;
            text(response).then(
              (received) =>
                resolve({
                  ...{ status: response.statusCode ?? 0, headers: response.headers },
                  ...{ body: received, fingerprint },
                }),
              reject,
            );
          },
        );
        outgoing.on('error', reject);
        outgoing.end(body);
      }),
    http2: (host) => {
      const session = connectHttp2(`https://127.0.0.1:${port}`, {
        servername: host,
        rejectUnauthorized: false,
      });
      onTestFinished(() => session.destroy());
      return session;
    },
    pid: () => runDir.readRecords().find(({ kind }) => kind === 'tls')?.pid ?? 0,
  };
}
