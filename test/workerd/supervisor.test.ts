// The supervisor with fake workerds: what it promises of each way in which a process can start and end.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { expect, test, vi } from 'vitest';
import { AppError } from '../../control/model/errors.ts';
import { PolledGroup } from '../../control/resources/polling.ts';
import { memoryOverheadMb } from '../../control/resources/resources.ts';
import { identify, isAlive, type ProcessIdentity } from '../../control/workerd/proc.ts';
import { RunDir } from '../../control/workerd/run-dir.ts';
import { endWaitMs, startTimeoutMs } from '../../control/workerd/supervisor.ts';
import { filesIn, useSupervisor } from '../support/use-supervisor.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

test('an instance that is ready has a slot, a socket at it, and a record', async () => {
  const { supervisor, runDir, start } = useSupervisor();
  const instance = await start('ready');
  expect(instance.process.running).toBe(true);
  expect(existsSync(runDir.slotSocket(instance.slot))).toBe(true);
  expect(runDir.readRecords()).toMatchObject([
    { id: instance.id, instance: { function: 'fn_1', version: 'v1', slot: instance.slot, state: 'ready' } },
  ]);
  expect(supervisor.slotsTaken).toBe(1);
});

test('an instance that was stopped leaves nothing, and its end is no crash', async () => {
  const { supervisor, runDir, crashes, gone, start } = useSupervisor();
  const instance = await start('ready');
  await supervisor.stop(instance, 10_000);
  expect(isAlive(instance.process.identity)).toBe(false);
  expect(crashes).toEqual([]);
  expect(gone).toEqual([instance.id]);
  expect(supervisor.slotsTaken).toBe(0);
  expect([filesIn(runDir, 'slots'), filesIn(runDir, 'processes')]).toEqual([[], []]);
});

test('a crash before readiness rejects with the last words and leaves nothing', async () => {
  const { supervisor, runDir, gone, start } = useSupervisor();
  await expect(start('crash-before-ready')).rejects.toMatchObject({
    code: 'FN_005',
    message: expect.stringContaining('no such handler'),
  });
  expect(supervisor.slotsTaken).toBe(0);
  expect([filesIn(runDir, 'slots'), filesIn(runDir, 'processes')]).toEqual([[], []]);
  // Its console is there for the log, and was released.
  expect(filesIn(runDir, 'console')).toEqual(gone);
});

test('a crash before readiness without words tells how the process ended', async () => {
  const { start } = useSupervisor();
  await expect(start('silent-crash-before-ready')).rejects.toMatchObject({
    code: 'FN_005',
    message: expect.stringContaining('exit 3'),
  });
});

test('a start that is killed from outside is not blamed on the function', async () => {
  const { supervisor, start } = useSupervisor();
  await expect(start('killed-before-ready')).rejects.toMatchObject({
    code: 'FN_008',
    message: expect.stringContaining('killed from outside'),
  });
  expect(supervisor.slotsTaken).toBe(0);
});

test('a crash after readiness is told with its last words, and frees the slot', async () => {
  const { supervisor, crashes, start } = useSupervisor();
  const instance = await start('crash-after-ready');
  await waitFor('the crash to be told', () => crashes.length > 0);
  expect(crashes).toMatchObject([{ instance: { id: instance.id }, lastWords: 'out of memory' }]);
  await waitFor('the slot to be free', () => supervisor.slotsTaken === 0);
  expect(supervisor.instances.size).toBe(0);
});

test('last words are told without what is secret in them, before readiness and after', async () => {
  const { start, crashes } = useSupervisor();
  const failed = await start('leak-before-ready').catch((error: unknown) => error);
  expect(failed).toMatchObject({ message: 'The function failed at start: refused [secret KEY]' });
  expect(inspect(failed, { depth: 9 })).not.toContain('the-secret-value');
  await start('leak-after-ready');
  await waitFor('the crash', () => crashes.length > 0);
  expect(crashes).toMatchObject([{ lastWords: 'refused [secret KEY]' }]);
});

test('by the time that a crash is told, no front finds the socket of what is gone', async () => {
  const { crashes, start } = useSupervisor();
  await start('crash-after-ready');
  await waitFor('the crash to be told', () => crashes.length > 0);
  expect(crashes[0]?.socketThere).toBe(false);
});

test('why an instance ended is told at once when it is known, and of a slot where nothing ended nothing is', async () => {
  const { supervisor, crashes, start } = useSupervisor();
  const instance = await start('crash-after-ready');
  await waitFor('the crash to be told', () => crashes.length > 0);
  expect(crashes[0]?.cause).toMatchObject({ code: 'FN_004', message: expect.stringContaining('SIGABRT') });
  expect(await supervisor.endedAt('fn_1', 'v1', instance.slot)).toMatchObject({
    cause: crashes[0]?.cause,
    at: expect.any(Number),
  });
  expect(await supervisor.endedAt('fn_1', 'v1', instance.slot + 1)).toBeUndefined();
});

test('who asks why an instance ended before its exit is noticed, waits for it', async () => {
  const { supervisor, start } = useSupervisor();
  const instance = await start('ready');
  instance.condemned = { code: 'FN_002', message: 'It looped.' };
  const asked = supervisor.endedAt('fn_1', 'v1', instance.slot);
  instance.process.kill();
  expect(await asked).toMatchObject({ cause: instance.condemned });
});

test('of an adopted instance the end is told as well, although nobody hears of its exit at once', async () => {
  const { runDir, start } = useSupervisor();
  await start('ready');
  const next = useSupervisor({ runDir: new RunDir(runDir.path) });
  const [record] = next.runDir.readRecords();
  const adopted = record && next.supervisor.adopt(record);
  if (!adopted) throw new Error('the instance was not adopted');
  adopted.process.kill();
  expect(await next.supervisor.endedAt('fn_1', 'v1', adopted.slot)).toMatchObject({
    cause: { code: 'FN_004' },
  });
});

test('of an instance that goes on nothing is told, after the time that an exit may take', async () => {
  const { supervisor, start } = useSupervisor();
  const instance = await start('ready');
  const before = performance.now();
  expect(await supervisor.endedAt('fn_1', 'v1', instance.slot)).toBeUndefined();
  expect(performance.now() - before).toBeGreaterThanOrEqual(endWaitMs - 1);
});

test('an instance that is stopped has no cause to tell, unless a limit ended it meanwhile', async () => {
  const { supervisor, crashes, start } = useSupervisor();
  const [stopped, condemned] = [await start('ready'), await start('ignore-sigterm')];
  await supervisor.stop(stopped, 10_000);
  expect(await supervisor.endedAt('fn_1', 'v1', stopped.slot)).toBeUndefined();
  const end = supervisor.stop(condemned, 10_000);
  condemned.condemned = { code: 'FN_003', message: 'It was too large.' };
  condemned.process.kill();
  await end;
  expect(await supervisor.endedAt('fn_1', 'v1', condemned.slot)).toMatchObject({
    cause: condemned.condemned,
  });
  expect(crashes).toEqual([]);
});

test('an instance is held to its memory from before its start, whoever adopts it too', async () => {
  const { runDir, resources, start } = useSupervisor();
  const limit = vi.spyOn(PolledGroup.prototype, 'limit');
  await start('ready', 100);
  const bytes = (100 + memoryOverheadMb) * 1024 * 1024;
  expect(limit).toHaveBeenCalledWith(expect.objectContaining({ memoryBytes: bytes }));
  limit.mockClear();
  const next = useSupervisor({ runDir: new RunDir(runDir.path), resources });
  for (const record of next.runDir.readRecords()) expect(next.supervisor.adopt(record)?.memoryMb).toBe(100);
  expect(limit).toHaveBeenCalledWith(expect.objectContaining({ memoryBytes: bytes }));
  vi.restoreAllMocks();
});

test('an instance that ignores SIGTERM is killed when its grace is over, and not before', async () => {
  const { supervisor, crashes, start } = useSupervisor();
  const instance = await start('ignore-sigterm');
  const before = performance.now();
  await supervisor.stop(instance, 300);
  expect(performance.now() - before).toBeGreaterThanOrEqual(299);
  expect(isAlive(instance.process.identity)).toBe(false);
  expect(crashes).toEqual([]);
});

test('an instance that does not become ready in time is killed and refused with FN_008', {
  timeout: startTimeoutMs + 10_000,
}, async () => {
  const { supervisor, runDir, start } = useSupervisor();
  const started = start('never-ready');
  const record = await waitFor('the record of the start', () => runDir.readRecords()[0]);
  expect(record.instance?.state).toBe('starting');
  await expect(started).rejects.toMatchObject({ code: 'FN_008' });
  expect(isAlive(record)).toBe(false);
  expect(supervisor.slotsTaken).toBe(0);
});

test('one start more than there are slots is refused with FN_008, and works when a slot is free again', async () => {
  const { supervisor, start } = useSupervisor({ slots: 2 });
  const first = await start('ready');
  await start('ready');
  await expect(start('ready')).rejects.toMatchObject({
    code: 'FN_008',
    message: expect.stringContaining('All 2 slots'),
  });
  await supervisor.stop(first, 10_000);
  expect((await start('ready')).slot).toBe(first.slot);
});

test('a slot is not free, and its record not gone, before the console of what it served is read', async () => {
  const read = Promise.withResolvers<void>();
  const { supervisor, runDir, gone, start } = useSupervisor({ slots: 1, consoleRead: read.promise });
  const instance = await start('ready');
  const stopped = supervisor.stop(instance, 10_000);
  await waitFor('its console to be released', () => gone.length === 1);
  expect(runDir.readRecords()).toMatchObject([{ id: instance.id }]);
  await expect(start('ready')).rejects.toMatchObject({ code: 'FN_008' });
  read.resolve();
  await stopped;
  expect(runDir.readRecords()).toEqual([]);
  expect((await start('ready')).slot).toBe(instance.slot);
});

test('on a full disk a start is refused with SYS_002 and leaves nothing running, and a stop still stops', async () => {
  const { supervisor, runDir, start } = useSupervisor();
  const running = await start('ready');
  vi.spyOn(runDir, 'writeRecord').mockImplementation(() => {
    throw new AppError('SYS_002', 'the disk is full');
  });
  await expect(start('ready')).rejects.toMatchObject({ code: 'SYS_002' });
  expect(supervisor.slotsTaken).toBe(1);
  await supervisor.stop(running, 10_000);
  expect(childrenOf(process.pid)).toEqual([]);
  expect(filesIn(runDir, 'slots')).toEqual([]);
});

test('the next control takes over a ready instance of its build, and stops it', async () => {
  const { runDir, start } = useSupervisor();
  const { id, process, slot } = await start('ready');
  const next = useSupervisor({ runDir: new RunDir(runDir.path) });
  const [record] = next.runDir.readRecords();
  const adopted = record && next.supervisor.adopt(record);
  expect(adopted).toMatchObject({ id, slot, functionId: 'fn_1', version: 'v1' });
  expect(next.supervisor.slotsTaken).toBe(1);
  if (adopted) await next.supervisor.stop(adopted, 10_000);
  expect(isAlive(process.identity)).toBe(false);
  expect(next.supervisor.slotsTaken).toBe(0);
});

test('the next control ends an instance of another build', async () => {
  const { runDir, start } = useSupervisor();
  const { process } = await start('ready');
  const next = useSupervisor({ runDir: new RunDir(runDir.path), build: 'another build' });
  for (const record of next.runDir.readRecords()) expect(next.supervisor.adopt(record)).toBeUndefined();
  await waitFor('its end', () => !isAlive(process.identity));
});

test('of an instance that died while control was away, the next one reads the console before it forgets it', async () => {
  const dead: ProcessIdentity = { pid: 2 ** 22 - 1, startTime: '1' };
  const runDir = new RunDir(useTmpDir());
  runDir.writeRecord({
    kind: 'instance',
    id: 'instance-dead',
    ...dead,
    build: 'this build',
    instance: { function: 'fn_1', version: 'v1', slot: 3, memoryMb: 64, objects: false, state: 'ready' },
  });
  const { supervisor, gone } = useSupervisor({ runDir });
  for (const record of runDir.readRecords()) expect(supervisor.adopt(record)).toBeUndefined();
  expect(gone).toEqual(['instance-dead']);
  await waitFor('its record to go', () => runDir.readRecords().length === 0);
  expect(supervisor.slotsTaken).toBe(0);
});

test('when no process can be had, the start is refused with FN_008 and the slot is free', async () => {
  const { supervisor, pool, start } = useSupervisor();
  vi.spyOn(pool, 'take').mockRejectedValue(new Error('spawn EAGAIN'));
  await expect(start('ready')).rejects.toMatchObject({
    code: 'FN_008',
    message: expect.stringContaining('spawn EAGAIN'),
  });
  expect(supervisor.slotsTaken).toBe(0);
});

test('blanks are kept ready, and one that was taken is replaced', async () => {
  const { runDir, pool, start } = useSupervisor({ blanks: 2 });
  const blanks = (): string[] =>
    filesIn(runDir, 'slots').filter((name) => /^instance-[^.]+\.sock$/.test(name));
  pool.fill();
  const before = await waitFor('two blanks', () => blanks().length === 2 && blanks());
  const instance = await start('ready');
  expect(before).toContain(`${instance.id}.sock`);
  await waitFor('two blanks again', () => blanks().length === 2 && !blanks().includes(`${instance.id}.sock`));
});

test('a blank that has died is not taken, and leaves nothing', async () => {
  const { runDir, pool, start } = useSupervisor({ blanks: 1 });
  pool.fill();
  const pid = await waitFor('a blank', () => childrenOf(process.pid)[0]);
  const [dying = ''] = filesIn(runDir, 'console');
  process.kill(pid, 'SIGKILL');
  await waitFor('its end', () => identify(pid) === undefined);
  const instance = await start('ready');
  expect(instance.id).not.toBe(dying);
  expect(filesIn(runDir, 'console')).not.toContain(dying);
  expect(filesIn(runDir, 'slots').some((name) => name.startsWith(dying))).toBe(false);
});

test('close ends starts that are under way, and refuses others with SYS_003', async () => {
  const { supervisor, runDir, start } = useSupervisor();
  const running = await start('ignore-sigterm');
  const starting = start('never-ready');
  const refused = expect(starting).rejects.toMatchObject({ code: 'SYS_003' });
  const records = await waitFor(
    'both records',
    () => runDir.readRecords().length === 2 && runDir.readRecords(),
  );
  await supervisor.close(100);
  await refused;
  expect(records.filter(isAlive)).toEqual([]);
  expect(running.process.running).toBe(false);
  expect([filesIn(runDir, 'processes'), filesIn(runDir, 'slots')]).toEqual([[], []]);
  await expect(start('ready')).rejects.toMatchObject({ code: 'SYS_003' });
});

/** Zombies left out. */
function childrenOf(parent: number): number[] {
  const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
  return pids.map(Number).filter((pid) => {
    try {
      return (
        identify(pid) &&
        /^PPid:\s(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] === String(parent)
      );
    } catch {
      return false; // It ended between the listing and the look.
    }
  });
}
