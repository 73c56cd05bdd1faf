// The TLS door: takes connections of clients, and hands their requests to the fronts. It is a process of its own, so
// that no request takes time from control, and so that it goes on when control stops: certificates are in folders, and
// fronts have sockets.
//
// Control bundles it, gives it its text on standard input and its options as an argument, and learns from a descriptor
// that it takes connections. SIGHUP reads the certificates again, SIGTERM lets what is under way finish.

import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { listenAt } from '../service/listen-at.ts';
import { READY_FD, type TlsOptions, type TlsStatus } from './contract.ts';
import { createDoorServer } from './door-server.ts';
import { Fronts } from './fronts.ts';
import { tlsConnectionsMax, tlsDescriptorShare } from './limits.ts';
import { createPrivateServer } from './private-server.ts';
import { ServedPairs } from './served-pairs.ts';

/** How often a process that was told to end looks whether it can. */
const endCheckMs = 50;
/** Connections that may wait to be accepted; the kernel cuts it to net.core.somaxconn. */
const backlog = 4096;

const options = JSON.parse(String(process.argv[2])) as TlsOptions;
const clientCa = options.clientCa === undefined ? undefined : readFileSync(options.clientCa);
const pairs = new ServedPairs({
  ...{ folders: options.folders, domain: options.domain, clientCa },
  log: (line) => console.log(`${new Date().toISOString()} ${line}`),
  onFallback: () => setImmediate(useFallback),
});
const server = createDoorServer(pairs, new Fronts(options.frontsDir), clientCa, options.times);
server.maxConnections = connectionsAllowed();
let connections = 0;
server.on('connection', (socket) => {
  connections += 1;
  socket.once('close', () => {
    connections -= 1;
  });
});

/** For clients that name no host, which no callback is asked about. */
function useFallback(): void {
  const { fallback } = pairs;
  if (fallback)
    server.setSecureContext({
      cert: fallback.certificate,
      key: fallback.key,
      ...(clientCa && { ca: clientCa }),
    });
}

const port = await listenOn(options.port === 0 ? portOfBefore() : options.port).catch((error: unknown) => {
  if (options.port !== 0) throw error;
  return listenOn(0);
});
if (options.port === 0) writeFileSync(options.portFile, String(port), { mode: 0o600 });
useFallback();
const status = (): TlsStatus => ({
  ...{ port, connections },
  certificates: pairs.served,
  problems: pairs.problems,
});
await listenAt(
  createPrivateServer(status, () => pairs.reload()),
  options.privateSocket,
);
writeSync(READY_FD, 'ready\n');

process.on('SIGHUP', () => pairs.reload());
process.on('SIGTERM', () => {
  server.close();
  setInterval(() => {
    if (connections === 0) process.exit(0);
  }, endCheckMs);
});

/** Resolves with the port. Its successor may listen there at the same time. */
function listenOn(wanted: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: wanted, backlog, reusePort: true }, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function portOfBefore(): number {
  try {
    const text = readFileSync(options.portFile, 'utf8');
    return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : 0;
  } catch {
    return 0; // There was none.
  }
}

function connectionsAllowed(): number {
  const [, soft] = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? [];
  return soft === undefined
    ? tlsConnectionsMax
    : Math.max(1, Math.min(tlsConnectionsMax, Math.floor(Number(soft) * tlsDescriptorShare)));
}
