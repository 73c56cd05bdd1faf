// Goal: on a full disk a write is refused with what to do, nothing that was stored is lost, and the next write
// works once there is room.
// Method: a file system of a few megabytes, filled to the brim, then relieved of its ballast.

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { appendFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import type { AppError } from '../../control/model/errors.ts';
import { Polling } from '../../control/resources/polling.ts';
import { detectSandbox } from '../../control/sandbox/detect-sandbox.ts';
import { Bundles, hashBundle } from '../../control/store/bundles.ts';
import { openDataDir } from '../../control/store/data-dir.ts';
import { openStore, type Store } from '../../control/store/store.ts';
import { openLogStore } from '../../control/telemetry/log-store.ts';
import { BlankInstance } from '../../control/workerd/blank-instance.ts';
import { RunDir } from '../../control/workerd/run-dir.ts';
import { workerdBinary } from '../../control/workerd/workerd-binary.ts';
import { functionRecord } from '../support/function-record.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { writersBelow } from '../support/writers-below.ts';

const FULL = expect.objectContaining({
  code: 'SYS_002',
  message: expect.stringContaining('has no room left: free some space'),
});

/** A directory on a small disk of its own; skips the test where this user may not mount one. */
function useSmallDisk(context: TestContext): string {
  const path = useTmpDir();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'none', path], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    context.skip(`needs to mount a tmpfs: ${mounted.error?.message ?? mounted.stderr.trim()}`);
  }
  onTestFinished(() => {
    // Lazily: a test that failed may have left files open, and the mount must not outlive it.
    expect(spawnSync('umount', ['-l', path], { encoding: 'utf8' })).toMatchObject({ status: 0 });
  });
  return path;
}

/** Takes a third of the disk, to be given back later. */
const addBallast = (path: string): void => writeFileSync(join(path, 'ballast'), Buffer.alloc(1024 * 1024));
const dropBallast = (path: string): void => rmSync(join(path, 'ballast'));

/** Takes what is left, byte by byte at last. */
function fill(path: string): void {
  for (const size of [64 * 1024, 1024, 1]) {
    try {
      for (;;) appendFileSync(join(path, 'filling'), Buffer.alloc(size));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
  }
}

/** Inserts until the disk is full; gives the names that were acknowledged, and the refusal. */
async function insertUntilFull(store: Store): Promise<{ names: string[]; refusal: AppError }> {
  const names: string[] = [];
  for (;;) {
    const name = `f${names.length}`;
    try {
      await store.functions.insert(functionRecord({ name, description: 'x'.repeat(10_000) }));
      names.push(name);
    } catch (error) {
      return { names, refusal: error as AppError };
    }
  }
}

test('a full disk refuses a write, keeps what was stored and takes the next write once there is room', async (context) => {
  const path = useSmallDisk(context);
  const dataDir = openDataDir(path);
  addBallast(path);
  let store = await openStore(dataDir);
  const { names, refusal } = await insertUntilFull(store);
  expect(refusal).toEqual(FULL);
  expect(refusal.message).toContain(dataDir.stateDb);
  expect(names.length).toBeGreaterThan(0);
  const stored = async (): Promise<string[]> => (await store.functions.all()).map(({ name }) => name).sort();
  expect(await stored()).toEqual(names.toSorted());

  const both = store.transaction(async ({ functions }) => {
    await functions.insert(functionRecord({ name: 'first', description: 'x'.repeat(50_000) }));
    await functions.insert(functionRecord({ name: 'second', description: 'x'.repeat(50_000) }));
  });
  await expect(both).rejects.toEqual(FULL);
  expect(await stored()).toEqual(names.toSorted());

  dropBallast(path);
  await store.functions.insert(functionRecord({ name: 'after' }));
  await store.close();
  store = await openStore(dataDir);
  expect(await stored()).toEqual([...names, 'after'].sort());
  await store.close();
  dataDir.close();
});

test('a full disk refuses a bundle and leaves no part of it', async (context) => {
  const path = useSmallDisk(context);
  const bundles = new Bundles({ bundles: path });
  const bytes = randomBytes(4 * 1024 * 1024);
  await expect(bundles.put(hashBundle(bytes), bytes)).rejects.toEqual(FULL);
  expect(readdirSync(path, { recursive: true }).filter((name) => String(name).includes('.'))).toEqual([]);
  const small = bytes.subarray(0, 1024 * 1024);
  await bundles.put(hashBundle(small), small);
  expect(await bundles.list()).toEqual([hashBundle(small)]);
});

test('a full disk drops log lines, counts them, and takes new ones once there is room', (context) => {
  const path = useSmallDisk(context);
  const telemetryDb = join(path, 'telemetry.db');
  addBallast(path);
  const logs = openLogStore({ telemetryDb });
  const { id: functionId, createdAt: time } = functionRecord();
  const insert = (message: string): void =>
    logs.insert([
      { functionId, time, message, kind: 'console', level: 'log', requestId: null, version: null },
    ]);
  expect(() => {
    for (;;) insert('x'.repeat(10_000));
  }).toThrow(FULL);
  expect(logs.dropped(functionId)).toBe(1);
  dropBallast(path);
  insert('after');
  expect(logs.query(functionId, { limit: 1 })).toMatchObject({ items: [{ message: 'after' }], dropped: 1 });
  logs.close();
});

test('a start on a full disk says so', (context) => {
  const path = useSmallDisk(context);
  openDataDir(path).close();
  fill(path);
  expect(() => openDataDir(path)).toThrow(FULL);
});

test('blanks start on a full disk, and none is left stuck', async (context) => {
  const path = useSmallDisk(context);
  const runDir = new RunDir(path);
  fill(path);
  const workerd = workerdBinary();
  const sandbox = await detectSandbox(workerd);
  onTestFinished(() => {
    for (const pid of writersBelow(path)) process.kill(pid, 'SIGKILL');
  });
  const options = { workerd, sandbox, runDir, resources: new Polling() };
  const ids = Array.from({ length: 5 }, (_, n) => `instance-${n}`);
  const blanks = await Promise.all(ids.map((id) => BlankInstance.spawn({ id, ...options })));
  // workerd got as far as reading its config, and has no room to say that there is none.
  await expect(blanks[0]?.activate(new Uint8Array(), runDir.slotSocket(0))).rejects.toThrow();
  await Promise.all(blanks.slice(1).map((blank) => blank.discard()));
  await waitFor('the last of them to end', () => writersBelow(path).length === 0);
});
