import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Instance } from '../../control/workerd/instance.ts';
import { InstancePool } from '../../control/workerd/instance-pool.ts';
import { RunDir } from '../../control/workerd/run-dir.ts';
import { Supervisor } from '../../control/workerd/supervisor.ts';
import { useTmpDir } from './use-tmp-dir.ts';

const fakeWorkerd = join(import.meta.dirname, '../fixtures/workerd/fake-workerd.sh');

export interface SupervisorUnderTest {
  readonly supervisor: Supervisor;
  readonly pool: InstancePool;
  readonly runDir: RunDir;
  readonly crashes: { instance: Instance; lastWords: string }[];
  /** Ids of processes whose console may be removed. */
  readonly gone: string[];
  /** Starts an instance that behaves as fake-workerd.sh says. */
  start(behaviour: string): Promise<Instance>;
}

export interface SupervisorSettings {
  readonly slots?: number;
  readonly blanks?: number;
  readonly build?: string;
  /** The run directory of an earlier control. */
  readonly runDir?: RunDir;
  /** Resolves when a console is read; at once if not given. */
  readonly consoleRead?: Promise<void>;
}

/** A supervisor of fake workerds without a sandbox; what it started has ended at the end of the test. */
export function useSupervisor({
  slots = 8,
  blanks = 0,
  build = 'this build',
  runDir = new RunDir(useTmpDir()),
  consoleRead = Promise.resolve(),
}: SupervisorSettings = {}): SupervisorUnderTest {
  const crashes: { instance: Instance; lastWords: string }[] = [];
  const gone: string[] = [];
  const errors: unknown[] = [];
  const pool = new InstancePool({
    ...{ workerd: fakeWorkerd, runDir, blanks },
    sandbox: { kind: 'none', description: 'fakes need none', libraries: [] },
    onError: (error) => errors.push(error),
  });
  const supervisor = new Supervisor({
    ...{ pool, runDir, slots, build },
    onStarting: () => undefined,
    onCrash: (instance, lastWords) => crashes.push({ instance, lastWords }),
    onGone: (id) => {
      gone.push(id);
      return consoleRead;
    },
  });
  onTestFinished(async () => {
    await Promise.all([pool.close(), supervisor.close(0)]);
  });
  return {
    ...{ supervisor, pool, runDir, crashes, gone },
    start: (behaviour) => supervisor.start('fn_1', 'v1', Buffer.from(behaviour)),
  };
}

/** Names in a part of the run directory. */
export const filesIn = (runDir: RunDir, part: 'slots' | 'processes' | 'console'): string[] =>
  readdirSync(join(runDir.path, part));
