// Blanks in the real sandbox. Bubblewrap reports the pid of what it runs in several pieces, and lets it run
// only after the last; nothing that control does, its own death included, may come between.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Polling } from '../../control/resources/polling.ts';
import { detectSandbox } from '../../control/sandbox/detect-sandbox.ts';
import { BlankInstance } from '../../control/workerd/blank-instance.ts';
import { RunDir } from '../../control/workerd/run-dir.ts';
import { workerdBinary } from '../../control/workerd/workerd-binary.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { writersBelow } from '../support/writers-below.ts';

const control = join(import.meta.dirname, '../../control');
const workerd = workerdBinary();
const sandbox = await detectSandbox(workerd);
const resources = new Polling();

test('of many blanks spawned at a time, each gets to the point of waiting for its config', async () => {
  expect(sandbox.kind, sandbox.description).toBe('bubblewrap');
  const runDir = new RunDir(useTmpDir());
  for (let round = 0; round < 8; round += 1) {
    const spawned = Array.from({ length: 10 }, (_, n) =>
      BlankInstance.spawn({ id: `instance-${round}x${n}`, workerd, sandbox, resources, runDir }),
    );
    for (const blank of await Promise.all(spawned)) {
      // Without a config there is nothing to run, and workerd says so: it did start.
      const refused = blank.activate(new Uint8Array(), runDir.slotSocket(0));
      await expect(refused, blank.id).rejects.not.toThrow('without a word');
    }
  }
  expect(readdirSync(join(runDir.path, 'processes'))).toEqual([]);
});

test('blanks of a control that is killed while it spawns them end by themselves', async () => {
  const path = useTmpDir();
  onTestFinished(() => {
    for (const pid of writersBelow(path)) process.kill(pid, 'SIGKILL');
  });
  for (const killedAfterMs of [0, 2, 4, 6, 8, 10, 12, 15]) {
    const killed = spawn(process.execPath, ['--input-type=module', '-e', spawning(path, killedAfterMs)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    expect(await once(killed, 'exit')).toEqual([null, 'SIGKILL']);
  }
  await waitFor('the last blank to end', () => writersBelow(path).length === 0);
});

/** A control that spawns blanks and is killed so long after it has begun. */
const spawning = (path: string, killedAfterMs: number): string => `
  const [{ BlankInstance }, { RunDir }, { detectSandbox }, { Polling }] = await Promise.all(
    ['workerd/blank-instance', 'workerd/run-dir', 'sandbox/detect-sandbox', 'resources/polling'].map(
      (name) => import('${control}/' + name + '.ts')));
  const runDir = new RunDir(${JSON.stringify(path)});
  const workerd = ${JSON.stringify(workerd)};
  const options = { workerd, sandbox: await detectSandbox(workerd), runDir, resources: new Polling() };
  for (let n = 0; n < 5; n += 1) BlankInstance.spawn({ ...options, id: 'instance-${killedAfterMs}x' + n });
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${killedAfterMs});`;
