import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { workerdBinary } from '../../control/workerd/workerd-binary.ts';
import { useTmpDir } from './use-tmp-dir.ts';

export interface WorkerdOptions {
  /** Socket names, all of which must listen. Each is given a unix socket in the test's directory. */
  readonly sockets: readonly string[];
  /** Those of them that listen on a port of loopback instead. */
  readonly tcp?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningWorkerd {
  readonly pid: number;
  /** Path of the unix socket that the named one listens on. */
  socketPath(socket: string): string;
  /** Port of a socket named in `tcp`. */
  port(socket: string): number;
  /** What it has written to standard output. */
  output(): string;
  fetch(socket: string, path?: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

export interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: string;
}

/**
 * Starts the real workerd with a capnp text and resolves when it says on its control descriptor that every
 * socket listens. If it exits first, rejects with what it wrote to stderr. Killed when the test ends.
 */
export async function useWorkerd(configText: string, options: WorkerdOptions): Promise<RunningWorkerd> {
  const dir = useTmpDir();
  const config = join(dir, 'config.capnp');
  const socketPath = (socket: string): string => join(dir, `${socket}.sock`);
  writeFileSync(config, configText, { mode: 0o600 });
  const addresses = options.sockets.map((socket) => {
    const address = options.tcp?.includes(socket) ? '127.0.0.1:0' : `unix:${socketPath(socket)}`;
    return `--socket-addr=${socket}=${address}`;
  });
  const child = spawn(workerdBinary(), ['serve', '--control-fd=3', ...addresses, config], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    env: { ...options.env },
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  let output = '';
  child.stdout?.on('data', (data) => {
    output += data;
  });
  const ports = await listening(child, options.sockets);
  if (child.pid === undefined) throw new Error('workerd is listening, but has no process id.');
  return {
    pid: child.pid,
    socketPath,
    port: (socket) => ports.get(socket) ?? 0,
    output: () => output,
    fetch: (socket, path = '/', headers = {}) => fetchUnix(socketPath(socket), path, headers),
  };
}

/** Resolves with the ports of those that have one. */
function listening(child: ChildProcess, sockets: readonly string[]): Promise<Map<string, number>> {
  const waiting = new Set(sockets);
  const ports = new Map<string, number>();
  let stderr = '';
  let control = '';
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.stderr?.on('data', (data) => {
      stderr += data;
    });
    // 'close' comes after stderr has been read to its end, 'exit' may come before.
    child.on('close', (code, signal) => reject(new Error(`workerd ended (${code ?? signal}): ${stderr}`)));
    child.stdio[3]?.on('data', (data) => {
      control += data;
      const lines = control.split('\n');
      control = lines.pop() ?? '';
      for (const line of lines) {
        const { socket, port } = JSON.parse(line);
        waiting.delete(socket);
        if (port) ports.set(socket, port);
      }
      if (waiting.size === 0) resolve(ports);
    });
  });
}

function fetchUnix(
  socketPath: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { socketPath, path, headers: { host: 'test.localhost', ...headers } },
      (response) => {
        text(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          reject,
        );
      },
    );
    sent.on('error', reject);
    sent.end();
  });
}
