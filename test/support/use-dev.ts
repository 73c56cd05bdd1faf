// `functions dev` on a folder of the test's own, as long as the test runs.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type DevOptions, runDev } from '../../control/cli/local/dev.ts';
import type { DevEvent } from '../../control/cli/local/dev-event.ts';
import type { FunctionInput } from '../../control/cli/local/function-input.ts';
import { readCode } from './read-code.ts';
import { waitFor } from './wait-for.ts';

type Files = Readonly<Record<string, string | Buffer>>;
/** `log` and `error` are of one shape, whose `kind` is either. */
export type DevEventOf<K extends DevEvent['kind']> = DevEvent extends infer E
  ? E extends { kind: infer Own }
    ? K extends Own
      ? E
      : never
    : never
  : never;

export interface DevServer {
  readonly folder: string;
  readonly port: number;
  readonly ready: DevEventOf<'ready'>;
  readonly events: readonly DevEvent[];
  /** Writes files; resolves when that has been built, has failed, or was found to change nothing. */
  save(files: Files): Promise<DevEventOf<'built' | 'build-failed' | 'unchanged'>>;
  /** Has it run another function, whose files are not on disk; resolves when that has been built or has failed. */
  become(code: unknown, settings: FunctionInput): Promise<DevEventOf<'built' | 'build-failed'>>;
  /** The first event of the kind that fits, once there is one. */
  event<K extends DevEvent['kind']>(
    kind: K,
    fits?: (event: DevEventOf<K>) => boolean,
  ): Promise<DevEventOf<K>>;
  /** Ctrl-C; resolves when all has ended. */
  end(): Promise<void>;
}

export async function useDev(
  files: Files,
  settings?: FunctionInput,
  options?: Partial<DevOptions>,
): Promise<DevServer> {
  const dev = await startDev(files, settings, options);
  onTestFinished(() => dev.end());
  return dev;
}

/** The caller must call `end`. */
export async function startDev(
  files: Files,
  settings: FunctionInput = { name: 'hello' },
  options: Partial<DevOptions> = {},
): Promise<DevServer> {
  const [folder, cacheDir] = [makeDir(), makeDir()];
  let current = settings;
  const events: DevEvent[] = [];
  const write = (given: Files): void => {
    for (const [name, content] of Object.entries(given)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), content);
    }
  };
  write(files);
  const stop = new AbortController();
  let failure: unknown;
  const over = runDev({
    ...{ folder, cacheDir, port: 0, signal: stop.signal },
    load: async () => ({ code: readCode(folder), ...current }),
    output: (event) => events.push(event),
    ...options,
  })
    .catch((error: unknown) => {
      failure = error;
    })
    .finally(() => {
      for (const dir of [folder, cacheDir]) rmSync(dir, { recursive: true, force: true });
    });
  const end = (): Promise<void> => {
    stop.abort();
    return over;
  };
  const event = <K extends DevEvent['kind']>(
    kind: K,
    fits: (event: DevEventOf<K>) => boolean = () => true,
  ): Promise<DevEventOf<K>> =>
    waitFor(`an event "${kind}" among ${JSON.stringify(events.slice(-5))}`, () => {
      if (failure) throw failure;
      return events.find((one): one is DevEventOf<K> => one.kind === kind && fits(one as DevEventOf<K>));
    });
  let ready: DevEventOf<'ready'>;
  try {
    ready = await event('ready');
  } catch (error) {
    await end();
    throw error;
  }
  return {
    ...{ folder, ready, events, event, end, port: Number(new URL(ready.url).port) },
    save(given) {
      const seen = events.length;
      write(given);
      return waitFor('a build', () =>
        events
          .slice(seen)
          .find((one) => one.kind === 'built' || one.kind === 'build-failed' || one.kind === 'unchanged'),
      );
    },
    become(code, settingsNow) {
      const seen = events.length;
      current = { ...settingsNow, code };
      write({ touched: String(seen) });
      return waitFor('a build', () =>
        events.slice(seen).find((one) => one.kind === 'built' || one.kind === 'build-failed'),
      );
    },
  };
}

const makeDir = (): string => mkdtempSync(join(tmpdir(), 'slv-'));
