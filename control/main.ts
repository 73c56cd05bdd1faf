// Control's door: reads the environment, puts the platform together, listens, and takes signals.
//
// SIGINT and SIGTERM end everything, after what is in flight has finished. SIGUSR2 ends control alone: fronts
// and instances go on serving, and the next start takes them over.

import type { Server } from 'node:http';
import { createAdaptorServer, type WebSocketServerLike } from '@hono/node-server';
import { pino } from 'pino';
import { createApi } from './api/app.ts';
import { TailSocketServer } from './api/cloudflare/tail-socket-server.ts';
import { AppError } from './model/errors.ts';
import { assemble, type Running } from './platform/assemble.ts';
import { keptAnswers } from './platform/kept-answers.ts';
import type { PlatformLog } from './platform/platform-log.ts';
import { packageVersion } from './platform/system-reports.ts';
import { leaveNoCoreDumps } from './resources/core-dumps.ts';
import { takeControlsPlace } from './resources/niceness.ts';
import { type Address, readSettings, SettingsError } from './settings.ts';
import { listenError } from './workerd/listen-error.ts';

/** Of a message that a WebSocket's client sends. */
const messageBytesMax = 1024;

const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
const log: PlatformLog = {
  info: (message, details = {}) => logger.info(details, message),
  warn: (message, details = {}) => logger.warn(details, message),
  error: (message, details = {}) => logger.error(details, message),
};

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  hideSettings();
  leaveNoCoreDumps();
  takeControlsPlace();
  const started = takeSignals();
  const running = await assemble(settings, log);
  const { token, platform, store, vault } = running;
  const tokenPlace =
    settings.token === undefined
      ? `${settings.dataDir}/token`
      : 'the setting SELVEDGE_TOKEN of this platform';
  const api = createApi({
    platform,
    auth: settings.auth === 'none' ? { mode: 'none' } : { mode: 'token', token: token.token, tokenPlace },
    idempotency: keptAnswers(store.idempotency, vault.vault),
    log: { error: (fields, message) => log.error(message, fields) },
    version: packageVersion,
  });
  const server = createAdaptorServer({
    fetch: api.fetch,
    // Clients have nothing to tell: what they send is not looked at.
    websocket: {
      server: new TailSocketServer({ noServer: true, maxPayload: messageBytesMax }) as WebSocketServerLike,
    },
    // Any other upgrade (curl offers HTTP/2) is declined by answering the request as it is.
    serverOptions: { shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket' },
  }) as Server;
  try {
    const port = await listen(server, settings.control);
    await running.controlListens(port);
    const control = urlOf(settings.control.host, port);
    greet(settings.edge.host, running, control, tokenPlace, settings.auth);
  } catch (error) {
    await running.abandon();
    throw error;
  }
  started(server, running);
}

/** What is started from here, npm for one, inherits the environment, but is not to have the owner's token. */
function hideSettings(): void {
  for (const name of Object.keys(process.env)) if (name.startsWith('SELVEDGE_')) delete process.env[name];
}

/** Resolves with the port that is served. */
function listen(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(listenError('SELVEDGE_CONTROL', host, port, error)));
    server.listen({ host, port }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

const urlOf = (host: string, port: number): string =>
  `http://${host.includes(':') ? `[${host}]` : host}:${port}`;

function greet(
  edgeHost: string,
  running: Running,
  control: string,
  tokenPlace: string,
  auth: 'token' | 'none',
): void {
  const { token, sandbox, resources, edgePort, tls, vault } = running;
  const lines = [
    'Selvedge runs.',
    `  functions  ${urlOf(edgeHost, edgePort)}`,
    ...(tls === undefined
      ? []
      : [`  https      ${urlOf(tls.settings.host, tls.port).replace('http:', 'https:')}`]),
    `  control    ${control}  (docs at ${control}/docs)`,
    sandbox.kind === 'none'
      ? `  WARNING    functions run WITHOUT a sandbox: ${sandbox.description}.`
      : `  sandbox    ${sandbox.description}`,
    ...(sandbox.weaknesses ?? []).map((weakness) => `  WARNING    ${weakness}.`),
    ...(vault.madeIn === undefined
      ? []
      : [
          `  secrets    sealed with the key in ${vault.madeIn}: keep a copy of it elsewhere, nobody can do without`,
        ]),
    ...(resources.problem === undefined ? [] : [`  WARNING    ${resources.problem}`]),
    ...(auth === 'none' ? ['  token      none is asked for (SELVEDGE_AUTH=none)'] : []),
    ...(auth === 'token' && token.created
      ? [`  token      ${token.token}  (shown once; kept in ${tokenPlace})`]
      : []),
    ...(auth === 'token' && !token.created ? [`  token      in ${tokenPlace}`] : []),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** From now on signals end control; one that comes during the start is obeyed when the start is over. */
function takeSignals(): (server: Server, running: Running) => void {
  let wanted: 'stop' | 'leave' | undefined;
  let act: ((how: 'stop' | 'leave') => void) | undefined;
  const end = (how: 'stop' | 'leave'): void => {
    if (wanted) return;
    wanted = how;
    act?.(how);
  };
  process.on('SIGINT', () => end('stop'));
  process.on('SIGTERM', () => end('stop'));
  process.on('SIGUSR2', () => end('leave'));
  return (server, running) => {
    act = (how) => finish(server, running, how);
    if (wanted) act(wanted);
  };
}

function finish(server: Server, running: Running, how: 'stop' | 'leave'): void {
  server.close();
  server.closeIdleConnections();
  running[how]().then(
    () => process.exit(0),
    (error: unknown) => {
      log.error('stopping failed', { error: String(error) });
      process.exit(1);
    },
  );
}

/**
 * A bug ends control, as nobody knows what state it is in; functions go on, and the next start takes them over.
 * It is told as any other line of the log, so that it is found there.
 */
function onBug(error: unknown): void {
  log.error('control ends because of a bug', { error: error instanceof Error ? error.stack : String(error) });
  process.exit(1);
}
process.on('uncaughtException', onBug);
process.on('unhandledRejection', onBug);

/** A fault that a person can cure is told in a sentence; anything else is a bug and shows its stack. */
main().catch((error: unknown) => {
  const curable = error instanceof AppError || error instanceof SettingsError;
  process.stderr.write(`selvedge: ${curable ? error.message : String((error as Error).stack ?? error)}\n`);
  process.exit(1);
});
