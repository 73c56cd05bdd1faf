// Bundles a function and runs it in a real workerd of its own, on a unix socket, with its output in a file as
// an instance has it.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { onTestFinished } from 'vitest';
import { bundle } from '../../control/bundle/bundle.ts';
import type { Bundle, BundleInput, BundleModule } from '../../control/bundle/types.ts';
import { compatibilityDateDefault, instanceFlags } from '../../control/workerd/compatibility.ts';
import type { ConsoleLine, InstanceInfo } from '../../edge/contract/console-line.ts';
import { CONSOLE_MARK, INFO_BINDING } from '../../edge/contract/names.ts';
import { useTmpDir } from './use-tmp-dir.ts';

const require = createRequire(import.meta.url);
/** The binary, by way of the package's own choice for this platform. */
const WORKERD = (require('workerd') as { default: string }).default;

export const testInfo: InstanceInfo = { function: 'fn_1', name: 'hello', project: 'shop', version: 'v1' };

export interface TestRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Resets the connection when aborted. */
  readonly signal?: AbortSignal;
}

export interface BundledFunction {
  readonly pid: number;
  readonly socket: string;
  readonly bundle: Bundle;
  fetch(path?: string, request?: TestRequest): Promise<Response>;
  /** Marked lines, parsed. */
  lines(): Promise<ConsoleLine[]>;
  /** Lines once `enough` holds of them. */
  linesUntil(enough: (lines: readonly ConsoleLine[]) => boolean): Promise<ConsoleLine[]>;
}

export async function useBundledFunction(
  input: Partial<BundleInput> & Pick<BundleInput, 'code'>,
  env: Readonly<Record<string, string>> = {},
  info: Partial<InstanceInfo> = {},
  compatibilityDate: string = compatibilityDateDefault,
): Promise<BundledFunction> {
  const dir = await useTmpDir();
  const bundled = await bundle(
    { handler: 'index.handler', convention: 'auto', dependencies: {}, ...input },
    { cacheDir: join(dir, 'cache') },
  );
  const socket = join(dir, 'http.sock');
  const output = join(dir, 'console.log');
  await writeFile(
    join(dir, 'config.capnp'),
    await writeConfig(
      dir,
      socket,
      bundled.content.modules,
      {
        ...env,
        [INFO_BINDING]: JSON.stringify({ ...testInfo, ...info }),
      },
      compatibilityDate,
    ),
  );
  const out = openSync(output, 'a');
  const child = spawn(WORKERD, ['serve', join(dir, 'config.capnp'), '--control-fd=3'], {
    stdio: ['ignore', out, out, 'pipe'],
  });
  closeSync(out);
  onTestFinished(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });
  const exited = once(child, 'exit').then(async () => {
    throw new Error(`workerd exited before it was ready:\n${await readFile(output, 'utf8')}`);
  });
  const listening = once(child.stdio[3] as Readable, 'data');
  await Promise.race([listening, exited]);
  // From here on, an exit is the end of the test.
  exited.catch(() => undefined);

  const lines = async (): Promise<ConsoleLine[]> =>
    (await readFile(output, 'utf8'))
      .split('\n')
      .filter((line) => line.startsWith(CONSOLE_MARK))
      .map((line) => JSON.parse(line.slice(CONSOLE_MARK.length)) as ConsoleLine);
  return {
    bundle: bundled,
    pid: Number(child.pid),
    socket,
    fetch: (path = '/', request = {}) => send(socket, path, request),
    lines,
    async linesUntil(enough) {
      for (;;) {
        const seen = await lines();
        if (enough(seen)) return seen;
        // Yields to workerd; the test's own timeout ends a wait for what never comes.
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

async function writeConfig(
  dir: string,
  socket: string,
  modules: readonly BundleModule[],
  env: Readonly<Record<string, string>>,
  compatibilityDate: string,
): Promise<string> {
  const kinds = {
    esm: 'esModule',
    commonjs: 'commonJsModule',
    wasm: 'wasm',
    text: 'text',
    data: 'data',
    json: 'json',
  } as const;
  const embedded: string[] = [];
  for (const [index, { name, type, content }] of modules.entries()) {
    const encoding = type === 'wasm' || type === 'data' ? 'base64' : 'utf8';
    await writeFile(join(dir, `module-${index}`), content, encoding);
    embedded.push(`(name = ${JSON.stringify(name)}, ${kinds[type]} = embed "module-${index}")`);
  }
  const bindings = Object.entries(env).map(
    ([name, value]) => `(name = ${JSON.stringify(name)}, text = ${JSON.stringify(value)})`,
  );
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .function), (name = "internet", network = (allow = []))],
  sockets = [(name = "http", address = ${JSON.stringify(`unix:${socket}`)}, http = (), service = "main")]
);
const function :Workerd.Worker = (
  modules = [${embedded.join(', ')}],
  bindings = [${bindings.join(', ')}],
  compatibilityDate = "${compatibilityDate}",
  compatibilityFlags = ${JSON.stringify(instanceFlags(compatibilityDate, []))}
);
`;
}

function send(
  socketPath: string,
  path: string,
  { method = 'GET', headers, body, signal }: TestRequest,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { socketPath, path, method, headers: { ...headers }, ...(signal && { signal }) },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          const status = response.statusCode ?? 0;
          const given = new Headers();
          for (const [name, values] of Object.entries(response.headersDistinct))
            for (const value of values ?? []) given.append(name, value);
          const empty = [204, 205, 304].includes(status);
          resolve(new Response(empty ? null : Buffer.concat(chunks), { status, headers: given }));
        });
      },
    );
    request.once('error', reject);
    request.end(body);
  });
}
