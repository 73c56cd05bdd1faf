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
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunningWorkerd {
  readonly pid: number;
  /** Path of the unix socket that the named one listens on. */
  socketPath(socket: string): string;
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
  const addresses = options.sockets.map((socket) => `--socket-addr=${socket}=unix:${socketPath(socket)}`);
  const child = spawn(workerdBinary(), ['serve', '--control-fd=3', ...addresses, config], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { ...options.env },
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  });
  await listening(child, options.sockets);
  if (child.pid === undefined) throw new Error('workerd is listening, but has no process id.');
  return {
    pid: child.pid,
    socketPath,
    fetch: (socket, path = '/', headers = {}) => fetchUnix(socketPath(socket), path, headers),
  };
}

function listening(child: ChildProcess, sockets: readonly string[]): Promise<void> {
  const waiting = new Set(sockets);
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
      for (const line of lines) waiting.delete(JSON.parse(line).socket);
      if (waiting.size === 0) resolve();
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
