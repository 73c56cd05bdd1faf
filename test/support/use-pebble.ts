// Pebble, the test authority of Let's Encrypt's own makers: a real ACME server on loopback, whose certificates nobody
// trusts. It is built from its Go module the first time, which takes half a minute, and kept in the cache folder of
// this machine's user. Undefined where there is no Go.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from './make-certificates.ts';
import { waitFor } from './wait-for.ts';

const VERSION = 'v2.7.0';
const folder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'selvedge-tests');

export interface Pebble {
  readonly directory: string;
  /** File with the authority that signs the directory's own certificate. */
  readonly ca: string;
  stop(): Promise<void>;
}

/** Hosts are asked at `httpPort` of loopback, whatever they are: `resolver` is the port of its name server. */
export async function startPebble(dir: string, httpPort: number, resolver: number): Promise<Pebble> {
  const { ca, key, cert } = makeCertificates(dir, 'localhost');
  writeFileSync(join(dir, 'pebble.key'), key);
  writeFileSync(join(dir, 'pebble.pem'), cert);
  const [port, management] = [await freePort(), await freePort()];
  const pebble = {
    ...{ listenAddress: `127.0.0.1:${port}`, managementListenAddress: `127.0.0.1:${management}` },
    ...{ certificate: join(dir, 'pebble.pem'), privateKey: join(dir, 'pebble.key') },
    ...{ httpPort, tlsPort: 1, ocspResponderURL: '', externalAccountBindingRequired: false },
    domainBlocklist: ['blocked-domain.example'],
  };
  writeFileSync(join(dir, 'pebble.json'), JSON.stringify({ pebble }));
  const child = spawn(
    binary(),
    ['-config', join(dir, 'pebble.json'), '-dnsserver', `127.0.0.1:${resolver}`],
    // It waits a while before it asks otherwise, and refuses nonces now and then, as it may.
    { env: { PEBBLE_VA_NOSLEEP: '1', PEBBLE_WFE_NONCEREJECT: '20' }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const directory = `https://localhost:${port}/dir`;
  await waitFor('pebble', () => {
    if (child.exitCode !== null) throw new Error(`pebble ended: ${output}`);
    return answers(port);
  });
  return {
    ...{ directory, ca },
    stop: () => {
      child.kill('SIGKILL');
      return ended;
    },
  };
}

export const hasGo = (): boolean => {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

function binary(): string {
  const path = join(folder, `pebble-${VERSION}`);
  if (existsSync(path)) return path;
  const made = join(folder, `build-${process.pid}`);
  mkdirSync(made, { recursive: true });
  execFileSync('go', ['install', `github.com/letsencrypt/pebble/v2/cmd/pebble@${VERSION}`], {
    env: { ...process.env, GOBIN: made },
    stdio: 'pipe',
  });
  renameSync(join(made, 'pebble'), path);
  rmSync(made, { recursive: true, force: true });
  return path;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/dir', rejectUnauthorized: false },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    outgoing.on('error', () => resolve(false)).end();
  });

export const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
