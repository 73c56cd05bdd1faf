// The two sides of every comparison, each a fresh process: bare workerd with one static worker as it comes, and
// Selvedge with the same worker as a function.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitCapnp } from '../../control/workerd/emit-capnp.ts';
import { workerdBinary } from '../../control/workerd/workerd-binary.ts';
import { TestPlatform } from '../support/test-platform.ts';

export const helloSource = `export default { fetch() { return new Response('Hello, world!\\n'); } };`;

export interface Side {
  readonly name: string;
  readonly url: string;
  readonly host: string;
  readonly directory: string;
  stop(): Promise<void>;
}

export async function bareWorkerd(): Promise<Side> {
  const directory = mkdtempSync(join(tmpdir(), 'slvb-'));
  const config = join(directory, 'bare.capnp');
  writeFileSync(
    config,
    emitCapnp({
      services: [
        {
          kind: 'worker',
          name: 'main',
          modules: [{ kind: 'esModule', name: 'index.js', content: helloSource }],
          compatibilityDate: '2026-11-01',
          compatibilityFlags: [],
          bindings: [],
        },
        { kind: 'network', name: 'internet', allow: [], deny: [] },
      ],
      sockets: [{ name: 'http', http: {}, service: { name: 'main' } }],
      v8Flags: [],
    }),
  );
  const child = spawn(
    workerdBinary(),
    ['serve', '--control-fd=3', '--socket-addr=http=127.0.0.1:0', config],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
      env: {},
    },
  );
  const port = await listeningPort(child);
  return {
    name: 'bare workerd',
    url: `http://127.0.0.1:${port}/`,
    host: 'bare.localhost',
    directory,
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await exited;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function listeningPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('bare workerd ended at its start')));
    child.stdio[3]?.once('data', (line) => resolve((JSON.parse(String(line)) as { port: number }).port));
  });
}

export async function startPlatform(settings: Record<string, string> = {}): Promise<TestPlatform> {
  const platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slvb-')), settings);
  await platform.start();
  return platform;
}

export async function selvedge(): Promise<Side> {
  const platform = await startPlatform();
  await platform.create('hello', helloSource);
  return {
    name: 'Selvedge',
    url: `http://127.0.0.1:${platform.edgePort}/`,
    host: 'hello.localhost',
    directory: platform.dataDir,
    stop: () => platform.destroy(),
  };
}
