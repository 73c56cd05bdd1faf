// Goal: what an instance is held to holds, by the means that this machine has.
// Method: a plain program that takes memory when told runs in a real group. Cgroup v1 and polling are tried on
// this kernel; v2's memory files, where the machine gives memory to v1, are tried on a tree of plain files, in
// control/resources/cgroup-v2.test.ts.

import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, getPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { detectResources } from '../../control/resources/detect-resources.ts';
import { cpuTimeMs } from '../../control/resources/process-usage.ts';
import type { ResourceGroup, Resources } from '../../control/resources/resources.ts';
import { useHungryProgram } from '../support/hungry-program.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';
import { waitFor } from '../support/wait-for.ts';

const run = promisify(execFile);
const control = join(import.meta.dirname, '../../control');
const mb = 1024 * 1024;
const limits = { memoryBytes: 128 * mb, tasksMax: 64 };

function useResources(kind: 'auto' | 'polling', dataDir = useTmpDir()): Resources {
  const resources = detectResources({ limits: kind, dataDir, rememberedIn: join(dataDir, 'groups.json') });
  onTestFinished(() => resources.close());
  return resources;
}

const machine = (() => {
  const dataDir = '/nowhere/selvedge-test';
  const resources = detectResources({ limits: 'auto', dataDir, rememberedIn: '/dev/null' });
  resources.close();
  return resources.kind;
})();
const withGroups = describe.skipIf(machine === 'polling');

describe.each([['auto'], ['polling']] as const)('limits: %s', (kind) => {
  test('a process one MB below its limit lives, and one MB above it is ended for its memory', async () => {
    const resources = useResources(kind);
    const group = resources.prepare('instance-1');
    const program = await useHungryProgram(group);
    group.limit(limits);
    const before = group.usage()?.memoryBytes ?? 0;
    // Node takes some of its own with what it is asked for, so that the exact edge is approached.
    const room = Math.floor((limits.memoryBytes - before) / mb);
    expect(await program.take(room - 16)).toBe('taken');
    while ((group.usage()?.memoryBytes ?? 0) < limits.memoryBytes - 2 * mb) {
      expect(await program.take(1)).toBe('taken');
    }
    expect(group.exceededMemory()).toBe(false);
    void program.take(12);
    expect(await onceSignalled(program.child)).toBe('SIGKILL');
    expect(group.exceededMemory()).toBe(true);
    expect((group.usage()?.peakMemoryBytes ?? 0) / mb).toBeGreaterThan(126);
  });

  test('a process that someone else kills did not exceed its memory', async () => {
    const group = useResources(kind).prepare('instance-1');
    const program = await useHungryProgram(group);
    group.limit(limits);
    program.child.kill('SIGKILL');
    expect(await onceSignalled(program.child)).toBe('SIGKILL');
    expect(group.exceededMemory()).toBe(false);
  });

  test('what a process uses is told, of processor and of memory', async () => {
    const group = useResources(kind).prepare('instance-1');
    const program = await useHungryProgram(group);
    group.limit(limits);
    const before = group.usage();
    await program.take(50);
    const after = group.usage();
    expect((after?.memoryBytes ?? 0) - (before?.memoryBytes ?? 0)).toBeGreaterThan(45 * mb);
    expect(after?.cpuMs).toBeGreaterThan(before?.cpuMs ?? 0);
    expect(after?.peakMemoryBytes).toBeGreaterThanOrEqual(after?.memoryBytes ?? 0);
  });

  test('one process that exceeds its memory leaves its neighbour alone', async () => {
    const resources = useResources(kind);
    const [first, second] = [resources.prepare('instance-1'), resources.prepare('instance-2')];
    const [hungry, neighbour] = [await useHungryProgram(first), await useHungryProgram(second)];
    for (const group of [first, second]) group.limit(limits);
    expect(await hungry.take(4000)).toBe('SIGKILL');
    expect(await neighbour.take(1)).toBe('taken');
    expect([first.exceededMemory(), second.exceededMemory()]).toEqual([true, false]);
  });
});

/** What is found by a process that sees the machine's cgroups read-only, as in a container without privileges. */
async function detectedReadOnly(limits: 'auto' | 'cgroup'): Promise<string> {
  const dataDir = useTmpDir();
  const script = `
    import { detectResources } from ${JSON.stringify(join(control, 'resources/detect-resources.ts'))};
    const options = { limits: '${limits}', dataDir: '${dataDir}', rememberedIn: '${dataDir}/groups.json' };
    try {
      const { kind, description, problem } = detectResources(options);
      console.log(kind, problem === description, description);
    } catch (error) {
      console.log(error.code, error.message);
    }`;
  const walls = ['--dev-bind', '/', '/', '--ro-bind', '/sys/fs/cgroup', '/sys/fs/cgroup'];
  const { stdout } = await run('bwrap', [...walls, process.execPath, '--input-type=module', '-e', script]);
  return stdout.trim();
}

test('where cgroups are read-only memory is polled, which is a problem that says why and what to do', async () => {
  const found = await detectedReadOnly('auto');
  expect(found).toMatch(
    /^polling true Memory is looked at every 50 ms .* no cgroup can be made: v2: .*; v1: /,
  );
  expect(found).toMatch(/Delegate=yes.*writable \/sys\/fs\/cgroup\.$/);
});

test('where a cgroup is demanded and cannot be made, the start is refused with the reasons', async () => {
  expect(await detectedReadOnly('cgroup')).toMatch(
    /^SYS_001 SELVEDGE_LIMITS is "cgroup", but no cgroup can be made: v2: .*; v1: .*Delegate=yes/,
  );
});

test('a polled process gives way when it is weighed idle, and comes back', async () => {
  const group = useResources('polling').prepare('instance-1');
  const { pid } = await useHungryProgram(group);
  group.limit(limits);
  group.weigh('idle');
  expect(getPriority(pid)).toBe(19);
  group.weigh(100);
  expect(getPriority(pid)).toBe(0);
});

withGroups('with cgroups', () => {
  test('the whole process is in its groups, and they are gone when it is', async () => {
    const resources = useResources('auto');
    const group = resources.prepare('instance-1');
    const { pid, child } = await useHungryProgram(group);
    for (const file of group.joinFiles)
      expect(readFileSync(file, 'utf8').trim().split('\n')).toContain(`${pid}`);
    child.kill('SIGKILL');
    await group.remove();
    expect(group.joinFiles.map(dirname).filter(existsSync)).toEqual([]);
    resources.close();
    expect(group.joinFiles.map((file) => dirname(dirname(file))).filter(existsSync)).toEqual([]);
  });

  test('the next control finds the group of a process that it knows, and sweeps the others', async () => {
    const dataDir = useTmpDir();
    const before = useResources('auto', dataDir);
    const [kept, left] = [before.prepare('instance-kept'), before.prepare('instance-left')];
    const program = await useHungryProgram(kept);
    await program.take(30);
    const next = useResources('auto', dataDir);
    next.removeLeftovers(new Set(['instance-kept']));
    await waitFor('the leftover to be gone', () => !existing(left));
    const adopted = next.adopt('instance-kept');
    expect(adopted.joinFiles).toEqual(kept.joinFiles);
    adopted.limit(limits);
    expect(await program.take(4000)).toBe('SIGKILL');
    expect(adopted.exceededMemory()).toBe(true);
  });

  test.skipIf(machine !== 'cgroup-v1')('a suspect is behind what runs in no group of ours at all', async () => {
    const group = useResources('auto').prepare('instance-1');
    useLoop(group);
    const cpuMs = (): number => group.usage()?.cpuMs ?? 0;
    await waitFor('the loop to run in its group', () => cpuMs() > 20);
    group.weigh('idle');
    const stranger = spawn('taskset', ['-c', '0', 'sh', '-c', 'while :; do :; done'], { detached: true });
    const ended = once(stranger, 'exit');
    onTestFinished(async () => {
      stranger.kill('SIGKILL');
      await ended;
    });
    await waitFor('the stranger to run', () => (cpuTimeMs(stranger.pid as number) ?? 0) > 20);
    const before = { loop: cpuMs(), stranger: cpuTimeMs(stranger.pid as number) ?? 0 };
    await waitFor(
      'the stranger to run longer',
      () => (cpuTimeMs(stranger.pid as number) ?? 0) > before.stranger + 300,
    );
    expect(cpuMs() - before.loop).toBeLessThan(60);
  });

  test.skipIf(machine !== 'cgroup-v1')(
    'all instances together have the shares of four tasks on each processor, and one those of one',
    async () => {
      const group = useResources('auto').prepare('instance-1');
      group.weigh(100);
      const cpu = group.joinFiles.map(dirname).find((path) => existsSync(join(path, 'cpu.shares')));
      const shares = (path: string): number => Number(readFileSync(join(path, 'cpu.shares'), 'utf8'));
      expect(shares(dirname(String(cpu)))).toBe(4 * 1024 * availableParallelism());
      expect(shares(String(cpu))).toBe(1024);
      await group.remove();
    },
  );

  test('two platforms on one machine never meet', () => {
    const [one, other] = [useResources('auto'), useResources('auto')];
    const group = one.prepare('instance-1');
    other.removeLeftovers(new Set());
    expect(existing(group)).toBe(true);
    expect(other.adopt('instance-1').joinFiles).not.toEqual(group.joinFiles);
    return group.remove();
  });

  test('of two that want the same processor, the one that is weighed idle gets next to nothing', async () => {
    const resources = useResources('auto');
    const [idle, busy] = [resources.prepare('instance-1'), resources.prepare('instance-2')];
    const cpuMs = (group: ResourceGroup): number => group.usage()?.cpuMs ?? 0;
    useLoop(idle);
    await waitFor('the loop to run in its group', () => cpuMs(idle) > 20);
    idle.weigh('idle');
    const alone = cpuMs(idle);
    await waitFor('the idle one to run while it is alone', () => cpuMs(idle) > alone + 20);
    useLoop(busy);
    await waitFor('the busy one to run', () => cpuMs(busy) > 20);
    const before = { idle: cpuMs(idle), busy: cpuMs(busy) };
    await waitFor('the busy one to run longer', () => cpuMs(busy) > before.busy + 300);
    expect(cpuMs(idle) - before.idle).toBeLessThan(60);
    idle.weigh(100);
    const forgiven = cpuMs(idle);
    await waitFor('the idle one to have its share again', () => cpuMs(idle) > forgiven + 60);
  });

  test('a group that is removed while its process still ends is gone all the same', async () => {
    const group = useResources('auto').prepare('instance-1');
    const { child } = await useHungryProgram(group);
    const removed = group.remove();
    child.kill('SIGKILL');
    await removed;
    expect(existing(group)).toBe(false);
  });
});

const existing = (group: ResourceGroup): boolean =>
  group.joinFiles.map(dirname).some((path) => existsSync(path));

/** A loop on the first processor, in a group. */
function useLoop(group: ResourceGroup): void {
  const join = group.joinFiles.map((file) => `echo $$ > ${file} && `).join('');
  const child = spawn('/bin/sh', ['-c', `${join}exec taskset -c 0 sh -c 'while :; do :; done'`]);
  group.attach(child.pid as number);
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await group.remove();
  });
}

const onceSignalled = async (child: ChildProcess): Promise<string> =>
  child.signalCode ?? String((await once(child, 'exit'))[1]);
