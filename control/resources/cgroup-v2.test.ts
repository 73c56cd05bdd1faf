// The file protocol of cgroup v2 on a tree of plain files, which takes every write: what is written where. That
// the kernel takes it as well is tried on the kernel, as far as it hands controllers to v2, by
// test/workerd/cgroup-v2.test.ts.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { CgroupV2, GroupV2 } from './cgroup-v2.ts';

function useTree(files: Readonly<Record<string, string>>): string {
  const path = mkdtempSync(join(tmpdir(), 'slv-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true });
    writeFileSync(join(path, name), content);
  }
  return path;
}

const open = (own: string): CgroupV2 =>
  CgroupV2.open({
    ...{ own, name: 'selvedge-1', rememberedIn: join(own, 'groups.json') },
    ...{ needed: ['memory'], wanted: ['cpu', 'pids'] },
  });

test('controllers are handed down to the instances, and those go behind the leaf where we are', () => {
  const own = useTree({
    'cgroup.controllers': 'cpuset cpu memory pids\n',
    'cgroup.procs': '',
    'cgroup.subtree_control': '',
    'selvedge.main/cgroup.procs': '',
    'selvedge.main/cpu.weight': '100',
    'selvedge-1/cgroup.subtree_control': 'memory',
    'selvedge-1/cpu.weight': '',
  });
  open(own);
  const told = (file: string): string => readFileSync(join(own, file), 'utf8');
  expect(told('cgroup.subtree_control')).toBe('+memory +cpu +pids');
  expect(told('selvedge-1/cgroup.subtree_control')).toBe('+cpu +pids');
  expect(told('selvedge.main/cpu.weight')).toBe('200');
  expect(told('selvedge-1/cpu.weight')).toBe('100');
});

test('a group without a memory controller is refused with its path', () => {
  const own = useTree({ 'cgroup.controllers': 'hugetlb\n' });
  expect(() => open(own)).toThrow(`${own} has no memory controller`);
});

test('limits, weight and idleness go into their files, and numbers come out of theirs', () => {
  const unified = useTree({
    ...{ 'memory.max': '', 'memory.swap.max': '', 'memory.oom.group': '', 'pids.max': '' },
    ...{ 'cpu.weight': '', 'cpu.idle': '', 'memory.current': '9000000\n', 'memory.peak': '10000000\n' },
    ...{ 'cpu.stat': 'usage_usec 1500\nuser_usec 1000\n', 'memory.events': 'oom 0\noom_kill 0\n' },
  });
  const group = new GroupV2({ unified });
  const told = (file: string): string => readFileSync(join(unified, file), 'utf8');
  group.limit({ memoryBytes: 134_217_728, tasksMax: 72 });
  expect(['memory.max', 'memory.swap.max', 'memory.oom.group', 'pids.max'].map(told)).toEqual([
    ...['134217728', '0', '1', '72'],
  ]);
  group.weigh(50);
  expect(['cpu.idle', 'cpu.weight'].map(told)).toEqual(['0', '50']);
  group.weigh('idle');
  expect(['cpu.idle', 'cpu.weight'].map(told)).toEqual(['1', '50']);
  expect(group.usage()).toEqual({ cpuMs: 1.5, memoryBytes: 9_000_000, peakMemoryBytes: 10_000_000 });
});

test.each([
  ['met its limit and was killed', 'max 31\noom 1\noom_kill 1\n', true],
  ['was killed as the machine ran out', 'max 0\noom 0\noom_kill 1\n', false],
  ['gave back in time', 'max 31\noom 1\noom_kill 0\n', false],
])('an instance that %s exceeded its memory: from %j', (_, events, expected) => {
  expect(new GroupV2({ unified: useTree({ 'memory.events': events }) }).exceededMemory()).toBe(expected);
});

test('a group that is gone has no numbers', () => {
  const group = new GroupV2({ unified: '/nowhere' });
  expect([group.usage(), group.exceededMemory()]).toEqual([undefined, false]);
});
