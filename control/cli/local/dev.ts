// `functions dev`: runs one folder as the platform would, and again whenever a file is saved.
//
//   await runDev({
//     folder: '/home/ada/hello',                      // watched; absolute
//     load: () => readTheFolder(),                    // the body of POST /functions, read anew for each build
//     cacheDir: '/home/ada/.cache/selvedge',          // for npm packages
//     port: 8787, host: '127.0.0.1',                  // port 0: any that is free
//     inspectorPort: 9229, geo: 'DE', ip: '203.0.113.7', environment: { GREETING: 'Good day' },
//     output: (event) => print(describeDevEvent(event)),
//     signal,                                         // its abort ends everything; runDev then resolves
//   });
//
// It rejects with an AppError when it cannot begin: a port that is taken, a country that is none. A function that
// does not build or start is no such thing: it is told of, and the next change may cure it.

import { AppError } from '../../model/errors.ts';
import { type BuildOptions, type BuiltFunction, buildFunction } from './build-function.ts';
import type { DevEvent } from './dev-event.ts';
import { InspectorDoor } from './inspector-door.ts';
import { LocalPlatform } from './local-platform.ts';
import { pretendVisitor, type VisitorOptions, visitorNotices } from './visitor.ts';
import { FolderWatch } from './watch-folder.ts';

export const devPortDefault = 8787;

export interface DevOptions extends VisitorOptions, Pick<BuildOptions, 'load' | 'cacheDir'> {
  /** Absolute path. */
  readonly folder: string;
  /** `127.0.0.1` by default. */
  readonly host?: string | undefined;
  /** 8787 by default; 0 lets the system choose. */
  readonly port?: number | undefined;
  /** 0 lets the system choose; undefined for no debugger. */
  readonly inspectorPort?: number | undefined;
  /** Wins over what `load` says. */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly output: (event: DevEvent) => void;
  readonly signal: AbortSignal;
}

/** Resolves when `signal` has aborted and all has ended; rejects when it cannot begin or go on. */
export async function runDev(options: DevOptions): Promise<void> {
  const { output, signal } = options;
  if (signal.aborted) return;
  const visitor = pretendVisitor(options);
  const { promise: over, resolve: end, reject: fail } = Promise.withResolvers<void>();
  const onAbort = (): void => end();
  signal.addEventListener('abort', onAbort);
  const cleanups: (() => unknown)[] = [];
  try {
    const platform = await LocalPlatform.start({
      host: options.host ?? '127.0.0.1',
      port: options.port ?? devPortDefault,
      visitor,
      offline: false,
      inspectedFolder: options.inspectorPort === undefined ? undefined : options.folder,
      onLine: ({ kind, level, message, stack, requestId, time }) => {
        if (kind !== 'console' && kind !== 'error') return;
        const at = new Date(time).toISOString();
        const line = { level, message, stack: stack ?? null, requestId, time: at };
        output({ kind: kind === 'error' ? 'error' : 'log', ...line });
      },
      onRecord: ({ requestId, method, path, status, durationMs, error }) =>
        output({ kind: 'request', requestId, method, path, status, ms: durationMs, error: error ?? null }),
      onFault: fail,
    });
    cleanups.push(() => platform.stop());
    const door = await openInspector(options, platform);
    if (door) cleanups.push(() => door.close());
    const rounds = new Rounds(options, platform);
    // Before the first build, so that a save during it is not missed.
    const watch = new FolderWatch({
      folder: options.folder,
      onChange: (files) => rounds.changed(files),
      onFault: fail,
    });
    cleanups.push(() => watch.close());
    for (const message of visitorNotices(options)) output({ kind: 'notice', message });
    await Promise.race([rounds.changed([]), over]);
    if (!signal.aborted) output(readyEvent(options, platform, rounds.name, door));
    await over;
  } finally {
    signal.removeEventListener('abort', onAbort);
    for (const cleanup of cleanups.reverse()) await cleanup();
    output({ kind: 'ended' });
  }
}

async function openInspector(
  { inspectorPort }: DevOptions,
  platform: LocalPlatform,
): Promise<InspectorDoor | undefined> {
  if (inspectorPort === undefined) return undefined;
  return InspectorDoor.listen(inspectorPort, () => {
    const { serving } = platform;
    return serving ? serving.inspector() : Promise.reject(new Error('Nothing serves yet.'));
  });
}

function readyEvent(
  { host = '127.0.0.1' }: DevOptions,
  { port }: LocalPlatform,
  name: string | undefined,
  door: InspectorDoor | undefined,
): DevEvent {
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    kind: 'ready',
    url: `http://${shown}:${port}`,
    hostUrl: `http://${name ?? '<name>'}.localhost:${port}`,
    inspector: door?.url ?? null,
  };
}

/** One build at a time; changes that come during one make the next. */
class Rounds {
  readonly #options: DevOptions;
  readonly #platform: LocalPlatform;
  #waiting: { files: Set<string>; since: number } | undefined;
  #round: Promise<void> | undefined;
  /** As it serves. */
  name: string | undefined;

  constructor(options: DevOptions, platform: LocalPlatform) {
    this.#options = options;
    this.#platform = platform;
  }

  /** Resolves when what changed serves, or was found not to work. */
  changed(files: readonly string[]): Promise<void> {
    this.#waiting ??= { files: new Set(), since: performance.now() };
    for (const file of files) this.#waiting.files.add(file);
    this.#round ??= this.#rounds().finally(() => {
      this.#round = undefined;
    });
    return this.#round;
  }

  async #rounds(): Promise<void> {
    while (this.#waiting && !this.#options.signal.aborted) {
      const { files, since } = this.#waiting;
      this.#waiting = undefined;
      await this.#build([...files], since);
    }
  }

  async #build(files: readonly string[], since: number): Promise<void> {
    const { output, load, cacheDir, environment = {}, signal } = this.#options;
    const before = this.#platform.serving;
    try {
      const built = await buildFunction({ load, cacheDir, environment });
      if (signal.aborted) return;
      if (before && isSame(before.built, built)) return output({ kind: 'unchanged', files });
      await this.#platform.deploy(built);
      this.name = built.record.name;
      const ms = Math.round(performance.now() - since);
      const logs = built.logs.filter((line) => !before?.built.logs.includes(line));
      output({ kind: 'built', version: built.version, files, ms, logs });
    } catch (error) {
      if (signal.aborted) return;
      const code = error instanceof AppError ? error.code : 'FN_006';
      const message = error instanceof Error ? error.message : String(error);
      output({ kind: 'build-failed', code, message, files, serving: before !== undefined });
    }
  }
}

/** The same bundle with the same settings, those of the front among them: nothing would be different. */
function isSame(one: BuiltFunction, other: BuiltFunction): boolean {
  const settings = ({ record: { createdAt, updatedAt, ...settings } }: BuiltFunction): string =>
    JSON.stringify(settings);
  return one.version === other.version && settings(one) === settings(other);
}
