import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { TestPlatform } from './test-platform.ts';
import { useTmpDir } from './use-tmp-dir.ts';

export interface Namespace {
  /** Begins a command that is to run inside. */
  readonly enter: readonly string[];
  /** Port of this machine's loopback that leads to a port of loopback inside. */
  reach(port: number): Promise<number>;
  /** Hands connections to an address inside to `server`, which is a server of the test. */
  serve(host: string, port: number, server: Server): Promise<void>;
}

/** Why there are no namespaces here, for `test.skipIf`; undefined where there are. */
export const noNamespaces: string | undefined = (() => {
  try {
    execFileSync('unshare', ['--net', '--mount', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `namespaces cannot be made here, or iproute2 is missing: ${String(error).slice(0, 200)}`;
  }
})();

/**
 * A network of the test's own: loopback with more addresses, which nobody outside sees, and an /etc/hosts. So an
 * address of the public internet may be a server of the test, and every part of the platform works as ever.
 */
export async function useNamespace(addresses: readonly string[], hosts: string): Promise<Namespace> {
  const dir = useTmpDir();
  writeFileSync(join(dir, 'hosts'), hosts);
  const script = [
    'ip link set lo up',
    ...addresses.map((address) => `ip addr add ${address} dev lo${address.includes(':') ? ' nodad' : ''}`),
    `mount --bind ${join(dir, 'hosts')} /etc/hosts`,
    'exec "$@"',
  ].join(' && ');
  const relay = join(dir, 'relay.sock');
  const program = [process.execPath, join(import.meta.dirname, 'namespace-relay.ts'), relay];
  const child = spawn('unshare', ['--net', '--mount', 'sh', '-c', script, 'sh', ...program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => end(child));
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error('no namespace'))),
  ]);
  let made = 0;
  return {
    enter: ['nsenter', '--target', String(child.pid), '--net', '--mount'],
    reach: async (port) => {
      const server = createServer((client) => {
        client.on('error', () => client.destroy());
        command(relay, `connect 127.0.0.1 ${port}`).then(
          (inside) => {
            for (const [from, to] of [
              [client, inside],
              [inside, client],
            ] as const) {
              from.on('error', () => to.destroy());
              from.on('close', () => to.destroy());
              from.pipe(to);
            }
          },
          () => client.destroy(),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void server.close());
      return (server.address() as { port: number }).port;
    },
    serve: async (host, port, server) => {
      made += 1;
      const path = join(dir, `origin-${made}.sock`);
      await new Promise<void>((resolve) => server.listen(path, resolve));
      onTestFinished(() => void server.close());
      await command(relay, `listen ${host} ${port} ${path}`);
    },
  };
}

/** A platform all of whose processes are in the namespace. */
export async function useSelvedgeIn(
  namespace: Namespace,
  settings: Readonly<Record<string, string>> = {},
): Promise<TestPlatform> {
  const platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slv-')), settings, namespace.enter);
  onTestFinished(() => platform.destroy());
  await platform.start();
  const control = await namespace.reach(Number(new URL(platform.control).port));
  platform.control = `http://127.0.0.1:${control}`;
  platform.edgePort = await namespace.reach(platform.edgePort);
  return platform;
}

async function command(relay: string, line: string): Promise<Socket> {
  const socket = connect(relay);
  socket.write(`${line}\n`);
  const [answer] = (await Promise.race([
    once(socket, 'data'),
    once(socket, 'close').then(() => ['closed']),
  ])) as [Buffer | string];
  if (String(answer) !== 'ok\n') throw new Error(`${line}: ${answer}`);
  return socket;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
