// What happens when each part dies, continued from survival.test.ts: control or a front is away, blanks are killed,
// files of the store are removed, damaged or locked.

import { existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { descendants } from '../faults/inventory.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { useSelvedge } from '../support/use-selvedge.ts';
import { waitFor } from '../support/wait-for.ts';

const hello = `export default { fetch: () => new Response('hello') };`;

interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
}

const instances = (platform: TestPlatform) => platform.processes().filter(({ kind }) => kind === 'instance');
const fronts = (platform: TestPlatform) => platform.processes().filter(({ kind }) => kind === 'front');

const ready = async (platform: TestPlatform): Promise<boolean> =>
  (await fetch(`${platform.control}/ready`)).status === 200;

const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

test('an idle function that is called while control is away gets 503 FN_008 with the reason, and works when control is back', async () => {
  const platform = await useSelvedge();
  await platform.create('idle', hello, { scaling: { idleSeconds: 1 } });
  await waitFor('the idle instance to be stopped', () => instances(platform).length === 0);
  await platform.end('SIGKILL');
  const { status, headers, text } = await platform.call('idle');
  expect(status).toBe(503);
  expect(headers['x-selvedge-error']).toBe('FN_008');
  expect(headers['retry-after']).toBeDefined();
  expect((JSON.parse(text) as Refusal).error.message).toContain(
    'control, which would start one, is not reachable',
  );
  await platform.start();
  expect((await platform.call('idle')).text).toBe('hello');
});

test('while control is down a front that dies leaves the others serving, and is replaced when control is back', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', hello, { scaling: { minInstances: 1 } });
  await platform.end('SIGKILL');
  const before = fronts(platform);
  expect(before.length).toBeGreaterThan(1);
  const victim = before[0]?.pid ?? 0;
  process.kill(victim, 'SIGKILL');
  await waitFor('the front to be gone', () => isGone(victim));
  for (let i = 0; i < 30; i += 1) expect((await platform.call('steady')).text).toBe('hello');
  await platform.start();
  await waitFor(
    'a front in its place',
    () => fronts(platform).length === before.length && !fronts(platform).some(({ pid }) => pid === victim),
  );
  await waitFor('all fronts to be ready', () => ready(platform));
  for (let i = 0; i < 30; i += 1) expect((await platform.call('steady')).text).toBe('hello');
});

test('a front that hangs is replaced though nobody deploys', async () => {
  const platform = await useSelvedge();
  await platform.create('steady', hello);
  const before = fronts(platform);
  const victim = before[0]?.pid ?? 0;
  process.kill(victim, 'SIGSTOP');
  await waitFor('the hanging front to be replaced', () => {
    const now = fronts(platform);
    return now.length === before.length && !now.some(({ pid }) => pid === victim);
  });
  expect(isGone(victim)).toBe(true);
  await waitFor('all fronts to be ready', () => ready(platform));
  for (let i = 0; i < 20; i += 1) expect((await platform.call('steady')).text).toBe('hello');
});

test('when all blanks are killed the next cold starts work', async () => {
  const platform = await useSelvedge();
  await platform.create('idle', hello, { scaling: { idleSeconds: 1 } });
  await waitFor('the idle instance to be stopped', () => instances(platform).length === 0);
  const recorded = new Set(platform.processes().map(({ pid }) => pid));
  const blanks = descendants(platform.pid).filter((pid) => !recorded.has(pid));
  expect(blanks.length).toBeGreaterThan(0);
  for (const pid of blanks) if (!isGone(pid)) process.kill(pid, 'SIGKILL');
  const answers = await Promise.all(Array.from({ length: 5 }, () => platform.call('idle')));
  expect(answers.map(({ status, text }) => `${status} ${text}`)).toEqual(Array(5).fill('200 hello'));
});

test('state.db removed while control runs: nothing is acknowledged that is not stored, and functions go on', async () => {
  const platform = await useSelvedge();
  await platform.create('kept', hello);
  rmSync(join(platform.dataDir, 'state.db'));
  const { status, body } = await platform.api<Refusal>('POST', '/functions', { name: 'lost', code: hello });
  expect([status, body.error.code]).toEqual([507, 'SYS_002']);
  expect(body.error.message).toMatch(/state\.db was removed or replaced while Selvedge runs.*backup/);
  expect((await platform.call('kept')).text).toBe('hello');
  expect((await platform.api('GET', '/functions/kept')).status).toBe(200);
});

test('the log of state.db removed while control runs: nothing is acknowledged either', async () => {
  const platform = await useSelvedge();
  await platform.create('kept', hello);
  rmSync(join(platform.dataDir, 'state.db-wal'));
  const { status, body } = await platform.api<Refusal>('PUT', '/functions/kept', { description: 'lost' });
  expect([status, body.error.code]).toEqual([507, 'SYS_002']);
  expect(body.error.message).toMatch(/state\.db-wal was removed or replaced while Selvedge runs/);
});

test('a start without state.db in a directory with bundles is refused, and leaves what runs alone', async () => {
  const platform = await useSelvedge();
  await platform.create('kept', hello);
  await platform.end('SIGKILL');
  for (const end of ['', '-wal', '-shm']) rmSync(join(platform.dataDir, `state.db${end}`), { force: true });
  await expect(platform.start()).rejects.toThrow(/state\.db is missing.*backup/s);
  expect(existsSync(join(platform.dataDir, 'state.db'))).toBe(false);
  expect((await platform.call('kept')).text).toBe('hello');
});

test('a start with a damaged state.db is refused, and leaves the file and what runs alone', async () => {
  const platform = await useSelvedge();
  await platform.create('kept', hello);
  await platform.end('SIGKILL');
  const file = join(platform.dataDir, 'state.db');
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
  const damaged = Buffer.alloc(statSync(file).size || 4096, 'damaged ');
  writeFileSync(file, damaged);
  await expect(platform.start()).rejects.toThrow(/state\.db is damaged.*restore the file from a backup/s);
  expect(statSync(file).size).toBe(damaged.length);
  expect((await platform.call('kept')).text).toBe('hello');
});

test('state.db locked by another program: writes are refused, functions go on, and writing works again after', async () => {
  const platform = await useSelvedge();
  await platform.create('kept', hello);
  const other = useLock(join(platform.dataDir, 'state.db'));
  const { status, body } = await platform.api<Refusal>('PUT', '/functions/kept', { description: 'lost' });
  expect([status, body.error.code]).toEqual([507, 'SYS_002']);
  expect(body.error.message).toContain('state.db is locked by another program');
  expect((await platform.call('kept')).text).toBe('hello');
  other.close();
  const again = await platform.api<{ description: string }>('PUT', '/functions/kept', {
    description: 'found',
  });
  expect([again.status, again.body.description]).toEqual([200, 'found']);
});

test('a start while another program has state.db locked is refused and works when it is free', async () => {
  const platform = await useSelvedge();
  await platform.create('kept', hello);
  await platform.end('SIGKILL');
  const other = useLock(join(platform.dataDir, 'state.db'));
  await expect(platform.start()).rejects.toThrow(/state\.db is locked by another program/);
  other.close();
  await platform.start();
  expect((await platform.call('kept')).text).toBe('hello');
});

test('a damaged telemetry.db costs the logs in it and nothing else: the next start puts it aside', async () => {
  const platform = await useSelvedge();
  await platform.create(
    'kept',
    `export default { fetch: () => { console.log('said'); return new Response('hello'); } };`,
  );
  const file = join(platform.dataDir, 'telemetry.db');
  // While control runs: what it cannot log it counts, and everything else goes on.
  for (const end of ['', '-wal']) writeFileSync(file + end, Buffer.alloc(65_536, 'damaged '));
  expect((await platform.call('kept')).text).toBe('hello');
  expect((await platform.api('PUT', '/functions/kept', { code: hello })).status).toBe(200);
  await platform.end('SIGKILL');
  for (const end of ['-wal', '-shm']) rmSync(file + end, { force: true });
  await platform.start();
  expect(platform.output).toMatch(/telemetry\.db was damaged and is kept as .*telemetry\.db\.damaged/);
  expect(existsSync(`${file}.damaged`)).toBe(true);
  expect((await platform.call('kept')).text).toBe('hello');
  await waitFor('the log to be written again', async () => {
    const { body } = await platform.api<{ logs: unknown[] }>('GET', '/functions/kept/logs');
    return body.logs.length > 0;
  });
});

/** Another program in the midst of writing. */
function useLock(file: string): DatabaseSync {
  const database = new DatabaseSync(file);
  database.exec('BEGIN IMMEDIATE');
  onTestFinished(() => {
    if (database.isOpen) database.close();
  });
  return database;
}
