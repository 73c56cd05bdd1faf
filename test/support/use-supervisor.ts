import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Polling } from '../../control/resources/polling.ts';
import type { Resources } from '../../control/resources/resources.ts';
import type { EndCause } from '../../control/workerd/end-cause.ts';
import type { Instance } from '../../control/workerd/instance.ts';
import { InstancePool } from '../../control/workerd/instance-pool.ts';
import { RunDir } from '../../control/workerd/run-dir.ts';
import { Supervisor } from '../../control/workerd/supervisor.ts';
import { useTmpDir } from './use-tmp-dir.ts';

const fakeWorkerd = join(import.meta.dirname, '../fixtures/workerd/fake-workerd.sh');

export interface SupervisorUnderTest {
  readonly supervisor: Supervisor;
  readonly pool: InstancePool;
  readonly resources: Resources;
  readonly runDir: RunDir;
  readonly crashes: { instance: Instance; cause: EndCause; lastWords: string; socketThere: boolean }[];
  /** Ids of processes whose console may be removed. */
  readonly gone: string[];
  /** Starts an instance that behaves as fake-workerd.sh says. */
  start(behaviour: string, memoryMb?: number): Promise<Instance>;
}

export interface SupervisorSettings {
  readonly slots?: number;
  readonly blanks?: number;
  readonly build?: string;
  /** The run directory of an earlier control. */
  readonly runDir?: RunDir;
  readonly resources?: Resources;
  /** Resolves when a console is read; at once if not given. */
  readonly consoleRead?: Promise<void>;
}

/** A supervisor of fake workerds without a sandbox; what it started has ended at the end of the test. */
export function useSupervisor({
  slots = 8,
  blanks = 0,
  build = 'this build',
  runDir = new RunDir(useTmpDir()),
  resources = new Polling(),
  consoleRead = Promise.resolve(),
}: SupervisorSettings = {}): SupervisorUnderTest {
  const crashes: SupervisorUnderTest['crashes'] = [];
  const gone: string[] = [];
  const errors: unknown[] = [];
  const pool = new InstancePool({
    ...{ workerd: fakeWorkerd, resources, runDir, blanks },
    sandbox: { kind: 'none', description: 'fakes need none', libraries: [] },
    onError: (error) => errors.push(error),
  });
  const supervisor = new Supervisor({
    ...{ pool, resources, runDir, slots, build },
    onStarting: () => undefined,
    redact: (_function, _version, text) => text.replaceAll('the-secret-value', '[secret KEY]'),
    onCrash: (instance, cause, lastWords) => {
      const socketThere = existsSync(runDir.slotSocket(instance.slot));
      crashes.push({ instance, cause, lastWords, socketThere });
    },
    onGone: (id) => {
      gone.push(id);
      return consoleRead;
    },
  });
  onTestFinished(async () => {
    await Promise.all([pool.close(), supervisor.close(0)]);
    resources.close();
  });
  return {
    ...{ supervisor, pool, resources, runDir, crashes, gone },
    start: (behaviour, memoryMb = 64) => supervisor.start('fn_1', 'v1', Buffer.from(behaviour), { memoryMb }),
  };
}

/** Names in a part of the run directory. */
export const filesIn = (runDir: RunDir, part: 'slots' | 'processes' | 'console'): string[] =>
  readdirSync(join(runDir.path, part));
