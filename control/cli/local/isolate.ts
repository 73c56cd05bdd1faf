// One version of a function in Miniflare, on the workerd that the platform runs. Miniflare only starts the worker and
// gives it a socket of its own: none of Miniflare's own workers stands between a request and the function.

import os from 'node:os';
import type { Readable } from 'node:stream';
import { Miniflare, type MiniflareOptions, type WorkerOptions } from 'miniflare';
import { mapStartFailure } from '../../bundle/map-start-failure.ts';
import { AppError } from '../../model/errors.ts';
import type { BuiltFunction } from './build-function.ts';
import { inlineSourceMap } from './inline-source-map.ts';
import { refusalWorker } from './refusal-worker.ts';

/** Header in which Miniflare's sockets expect `request.cf`. */
export const MINIFLARE_CF_HEADER = 'MF-CF-Blob';
const WORKER = 'function';
/** Path by which workerd's inspector knows the function among Miniflare's own workers. */
const INSPECTOR_PATH = `/core:user:${WORKER}`;
const HOST = '127.0.0.1';
/** Where the bundle seems to be, so that its files are not taken for the user's own of the same name. */
const BUNDLE_ROOT = '/selvedge/bundle';

export interface IsolateOptions {
  /** Absolute path of a directory for temporary files; the caller removes it. */
  readonly tmpDir: string;
  /** No `fetch()` or `connect()` reaches anything. */
  readonly offline: boolean;
  /** Absolute path of the user's folder, for a debugger to find the sources in; undefined without one. */
  readonly inspectedFolder: string | undefined;
  /** What the function and workerd write, as it comes. */
  readonly onOutput: (text: string) => void;
}

export interface Address {
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

export class Isolate {
  readonly built: BuiltFunction;
  readonly #miniflare: Miniflare;

  private constructor(built: BuiltFunction, miniflare: Miniflare) {
    this.built = built;
    this.#miniflare = miniflare;
  }

  /**
   * Resolves when the function can be called. On success the caller owns it and must call `stop`.
   *
   * @throws {AppError} FN_005 with workerd's words, in the places of the user's source, when it does not start.
   */
  static async start(built: BuiltFunction, options: IsolateOptions): Promise<Isolate> {
    const heard = (chunk: Buffer): void => options.onOutput(String(chunk));
    const miniflare = tamed(options.tmpDir, () => new Miniflare(miniflareOptions(built, options, heard)));
    try {
      await miniflare.ready;
    } catch (error) {
      await miniflare.dispose().catch(() => undefined); // It has failed already, and says so below.
      const words = mapStartFailure(startupWords(error), built.sourceMap).trim();
      throw new AppError('FN_005', `The function could not be started: ${words}`, {}, error);
    }
    return new Isolate(built, miniflare);
  }

  /** Where it listens now: Miniflare starts a workerd that crashed again, elsewhere. */
  async address(): Promise<Address> {
    const { port } = await this.#miniflare.unsafeGetDirectURL(WORKER);
    return { host: HOST, port: Number(port), path: '/' };
  }

  /** Of the inspector of this function. */
  async inspector(): Promise<Address> {
    const { port } = await this.#miniflare.getInspectorURL();
    return { host: HOST, port: Number(port), path: INSPECTOR_PATH };
  }

  /** Ends it, whatever it does. */
  stop(): Promise<void> {
    return this.#miniflare.dispose();
  }
}

function miniflareOptions(
  built: BuiltFunction,
  { offline, inspectedFolder }: IsolateOptions,
  heard: (chunk: Buffer) => void,
): MiniflareOptions {
  const modules = built.modules.map((module, index) => ({
    ...module,
    path: `${BUNDLE_ROOT}/${module.path}`,
    ...(index === 0 &&
      inspectedFolder !== undefined && {
        contents: `${String(module.contents)}\n${inlineSourceMap(built, inspectedFolder)}`,
      }),
  }));
  const worker = {
    name: WORKER,
    modulesRoot: BUNDLE_ROOT,
    modules,
    bindings: built.bindings,
    compatibilityDate: built.compatibilityDate,
    compatibilityFlags: [...built.compatibilityFlags],
    unsafeDirectSockets: [{ host: HOST, port: 0 }],
    // The network itself, as Miniflare's own way out would add headers that the platform does not.
    outboundService: offline
      ? refusalWorker.name
      : { network: { allow: ['public', 'private'], deny: [], tlsOptions: { trustBrowserCas: true } } },
    // Miniflare's type of a binding is that of parsed JSON, which ours are.
  } as unknown as WorkerOptions;
  return {
    workers: offline ? [worker, refusalWorker] : [worker],
    host: HOST,
    port: 0,
    cf: false,
    ...(inspectedFolder !== undefined && { inspectorPort: 0, inspectorHost: HOST }),
    handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
      stdout.on('data', heard);
      stderr.on('data', heard);
    },
  };
}

/** Behind Miniflare's own sentence. */
function startupWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('Runtime stderr:\n').at(-1) ?? text;
}

/**
 * Miniflare would end the whole process at SIGINT and SIGTERM, before anything else could end in order; what it does
 * when the process exits stays. And it removes its temporary files without waiting for it, so that a process which
 * exits then leaves them: they are made where we remove them.
 */
function tamed<T>(tmpDir: string, construct: () => T): T {
  const signals = ['SIGINT', 'SIGTERM'] as const;
  const before = signals.map((signal) => process.listeners(signal));
  const { tmpdir } = os;
  os.tmpdir = () => tmpDir;
  try {
    return construct();
  } finally {
    os.tmpdir = tmpdir;
    for (const [index, signal] of signals.entries()) {
      for (const listener of process.listeners(signal)) {
        if (!before[index]?.includes(listener)) process.removeListener(signal, listener);
      }
    }
  }
}
