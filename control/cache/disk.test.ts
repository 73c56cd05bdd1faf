// What of a store is believed at the next start.

import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { Disk } from './disk.ts';
import type { Entry } from './entry.ts';

function useDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'slv-disk-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const entry = (id: number, inline: boolean): Entry => ({
  ...{ id, function: 'fn', project: 'p', key: `k${id}`, url: 'a.test/', tags: [], vary: [], status: 200 },
  ...{ fields: [], decoded: false, bodyBytes: 3, inline },
  times: { generatedAt: 0, freshMs: 1, staleWhileMs: 0, staleErrorMs: 0, asked: false },
});

/** A small entry and a large one, the large one used before. */
function fill(dir: string, boot: string): Disk {
  const disk = new Disk(dir, boot);
  disk.insert(entry(disk.newId(), true), Buffer.from('abc'), 2);
  const id = disk.newId();
  writeFileSync(disk.bodyFile(id), 'abc');
  disk.insert(entry(id, false), null, 1);
  return disk;
}

test('after a clean end everything is there, in the order of use, whatever boot it was', () => {
  const dir = useDir();
  fill(dir, 'boot one').close();
  const disk = new Disk(dir, 'boot two');
  expect(disk.load().map(({ id }) => id)).toEqual([2, 1]);
  expect(disk.readInline(1)?.toString()).toBe('abc');
  expect(disk.newId()).toBe(3);
  disk.close();
});

test('a row without its file is gone, and a file without a row', () => {
  const dir = useDir();
  const first = fill(dir, 'boot one');
  rmSync(first.bodyFile(2));
  writeFileSync(first.bodyFile(77), 'of nobody');
  first.close();
  const disk = new Disk(dir, 'boot one');
  expect(disk.load().map(({ id }) => id)).toEqual([1]);
  expect(existsSync(disk.bodyFile(77))).toBe(false);
  disk.close();
});

test('what a killed process has left is believed in the same boot of the machine, and not in another', () => {
  const dir = useDir();
  const first = fill(dir, 'boot one');
  // The files as they are while it still runs: it has marked nothing.
  const [same, other] = [useDir(), useDir()];
  for (const copy of [same, other]) cpSync(dir, copy, { recursive: true });
  first.close();
  for (const [copy, boot, ids] of [
    [same, 'boot one', [2, 1]],
    [other, 'boot two', []],
  ] as const) {
    const disk = new Disk(copy, boot);
    expect(disk.load().map(({ id }) => id)).toEqual(ids);
    expect(existsSync(disk.bodyFile(2))).toBe(ids.length > 0);
    disk.close();
  }
});

test('a store of another shape is begun anew, and its files are gone', () => {
  const dir = useDir();
  fill(dir, 'boot one').close();
  const index = new DatabaseSync(join(dir, 'index.db'));
  index.exec('PRAGMA user_version = 1');
  index.close();
  const disk = new Disk(dir, 'boot one');
  expect([disk.load(), existsSync(disk.bodyFile(2))]).toEqual([[], false]);
  disk.close();
});

test('two at once are refused', () => {
  const dir = useDir();
  const first = fill(dir, 'boot one');
  expect(() => new Disk(dir, 'boot one')).toThrow(/locked/);
  first.close();
});
