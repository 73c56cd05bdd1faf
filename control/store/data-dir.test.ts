import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import { AppError } from '../model/errors.ts';
import { type DataDir, openDataDir } from './data-dir.ts';

const mode = (path: string): number => statSync(path).mode & 0o777;

function useDataDir(path: string): DataDir {
  const dataDir = openDataDir(path);
  onTestFinished(() => dataDir.close());
  return dataDir;
}

test('creates the directory and its parts for its owner only', () => {
  const path = join(useTmpDir(), 'a', 'b');
  const dataDir = useDataDir(path);
  expect([path, dataDir.bundles, dataDir.run, dataDir.cache, join(dataDir.run, 'slots')].map(mode)).toEqual(
    Array.from({ length: 5 }, () => 0o700),
  );
});

test('leaves the mode of a directory that was there alone', () => {
  const path = join(useTmpDir(), 'data');
  mkdirSync(path, { mode: 0o755 });
  useDataDir(path);
  expect(mode(path)).toBe(0o755);
});

test('refuses a directory that is open already, naming the process', () => {
  const path = useTmpDir();
  useDataDir(path);
  expect(() => openDataDir(path)).toThrow(
    `${path} is in use by another Selvedge, process ${process.pid}: stop it first, or set SELVEDGE_DATA to another directory.`,
  );
});

test('opens again once it was closed', () => {
  const path = useTmpDir();
  openDataDir(path).close();
  expect(useDataDir(path).path).toBe(path);
});

test('is not held by an attempt that failed', () => {
  const path = useTmpDir();
  writeFileSync(join(path, 'bundles'), '');
  expect(() => openDataDir(path)).toThrow('bundles is not a directory');
  rmSync(join(path, 'bundles'));
  expect(useDataDir(path).path).toBe(path);
});

test('refuses a directory with bundles and without a database, and makes none', () => {
  const path = useTmpDir();
  openDataDir(path).close();
  mkdirSync(join(path, 'bundles/ab'));
  expect(() => openDataDir(path)).toThrow(
    `${join(path, 'state.db')} is missing, though ${join(path, 'bundles')} holds bundles of functions: put the file back from a backup.`,
  );
  writeFileSync(join(path, 'state.db'), '');
  expect(useDataDir(path).path).toBe(path);
});

test('refuses a path that is a file, or goes through one', () => {
  const file = join(useTmpDir(), 'file');
  writeFileSync(file, '');
  expect(() => openDataDir(file)).toThrow(`${file} is not a directory`);
  expect(() => openDataDir(join(file, 'below'))).toThrow(
    `${join(file, 'below')} is not a directory, or a part of its path is not: remove that file, or set SELVEDGE_DATA to another directory.`,
  );
});

/** A data directory whose longest slot socket has this many bytes. */
function pathWithSocketOf(bytes: number, letter = 'x'): string {
  const parent = mkdtempSync('/tmp/slv-');
  onTestFinished(() => rmSync(parent, { recursive: true }));
  const rest = bytes - Buffer.byteLength(join(parent, '', 'run/slots/1023.sock')) - 1;
  return join(parent, letter.repeat(rest / Buffer.byteLength(letter)));
}

test('takes a path whose sockets have just the room that sockets need', () => {
  expect(useDataDir(pathWithSocketOf(91)).run).toMatch(/\/run$/);
});

test('refuses a path one byte longer, and creates nothing', () => {
  const path = pathWithSocketOf(92);
  expect(() => openDataDir(path)).toThrow(
    `${path}/run/slots/4095.sock has 92 bytes and may have 91. Set SELVEDGE_DATA to a path that is at least 1 bytes shorter than ${path}.`,
  );
  expect(() => statSync(path)).toThrow('ENOENT');
});

test('counts the bytes of a path, not its characters', () => {
  expect(() => openDataDir(pathWithSocketOf(103, 'ü'))).toThrow(/has 10[23] bytes/);
});

test('says what to do in an AppError that the terminal can show', () => {
  const file = join(useTmpDir(), 'file');
  writeFileSync(file, '');
  expect(() => openDataDir(file)).toThrow(AppError);
  expect(() => openDataDir(file)).toThrow(expect.objectContaining({ code: 'SYS_002' }));
});

test('refuses a path in a file system where nothing can be made', () => {
  expect(() => openDataDir('/proc/selvedge')).toThrow(/\/proc.*SELVEDGE_DATA/s);
});
