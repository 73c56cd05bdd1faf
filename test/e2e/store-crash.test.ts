// Goal: `kill -9` at any instant loses no acknowledged write, tears none, and leaves the data directory free.
// Method: a process deploys functions without pause and prints each that was acknowledged. By turns it is killed
// from outside after a random count of them, wherever it then is in its next one, and by itself after a random
// count of steps, some of which are inside of transactions. Again and again over the same directory.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import type { BundleHash, FunctionId } from '../../control/model/ids.ts';
import { Bundles } from '../../control/store/bundles.ts';
import { openDataDir } from '../../control/store/data-dir.ts';
import { openStore } from '../../control/store/store.ts';
import { openLogStore } from '../../control/telemetry/log-store.ts';
import { seededRandom } from '../support/random.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const WRITER = join(import.meta.dirname, '../support/store-writer.ts');
const KILLS = 30;
const ACKNOWLEDGED_MAX = 40;
/** Of a writer that kills itself: some five functions. */
const STEPS_MAX = 40;

function useWriter(path: string, ...rest: string[]): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const writer = spawn(process.execPath, [WRITER, path, ...rest], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void writer.kill('SIGKILL'));
  return writer;
}

/** Lets a writer run until it is dead, and gives all that it acknowledged. */
async function runToDeath(
  writer: ReturnType<typeof useWriter>,
  heard: (acknowledged: number) => void = () => {},
): Promise<FunctionId[]> {
  const exited = once(writer, 'exit');
  const acknowledged: FunctionId[] = [];
  for await (const line of createInterface(writer.stdout)) {
    if (line === 'open') continue;
    acknowledged.push(line as FunctionId);
    heard(acknowledged.length);
  }
  expect(await exited).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

function killAfter(path: string, count: number): Promise<FunctionId[]> {
  const writer = useWriter(path);
  return runToDeath(writer, (acknowledged) => acknowledged === count && writer.kill('SIGKILL'));
}

const dieAfter = (path: string, steps: number): Promise<FunctionId[]> =>
  runToDeath(useWriter(path, `${steps}`));

/** Opens what the dead left, and checks every function in it to be whole. */
async function survivors(path: string): Promise<Set<FunctionId>> {
  const dataDir = openDataDir(path);
  const store = await openStore(dataDir);
  const logs = openLogStore(dataDir);
  const bundles = new Bundles(dataDir);
  try {
    const functions = await store.functions.all();
    const versions = new Map(
      (await store.versions.allActive()).map((version) => [version.functionId, version]),
    );
    const deployments = new Map((await store.deployments.allNewest()).map((live) => [live.functionId, live]));
    for (const { id, status } of functions) {
      expect(status).toBe('deployed');
      const version = versions.get(id);
      expect(deployments.get(id)?.versions).toEqual([{ version: version?.id, shareBp: 10_000 }]);
      await bundles.get(version?.bundle as BundleHash);
    }
    // The log of a function is written last, just before it is acknowledged.
    return new Set(
      functions.map(({ id }) => id).filter((id) => logs.query(id, { limit: 1 }).items.length === 1),
    );
  } finally {
    logs.close();
    await store.close();
    dataDir.close();
  }
}

test(`${KILLS} kills lose nothing that was acknowledged`, async () => {
  const path = useTmpDir();
  const random = seededRandom(20_261_121);
  const acknowledged: FunctionId[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const spoken =
      kill % 2 === 0
        ? await killAfter(path, 1 + Math.floor(random() * ACKNOWLEDGED_MAX))
        : await dieAfter(path, Math.floor(random() * STEPS_MAX));
    acknowledged.push(...spoken);
    const found = await survivors(path);
    expect(acknowledged.filter((id) => !found.has(id))).toEqual([]);
  }
  expect(acknowledged.length).toBeGreaterThan(KILLS);
});

test('a directory is refused while another process has it, naming the process, and free once it is killed', async () => {
  const path = useTmpDir();
  const writer = useWriter(path);
  await once(createInterface(writer.stdout), 'line');
  expect(() => openDataDir(path)).toThrow(
    `${path} is in use by another Selvedge, process ${writer.pid}: stop it first, or set SELVEDGE_DATA to another directory.`,
  );
  const exited = once(writer, 'exit');
  writer.kill('SIGKILL');
  await exited;
  openDataDir(path).close();
});
