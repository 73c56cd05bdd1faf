import { expect, test } from 'vitest';
import { ownCgroups } from './own-cgroups.ts';

const hybrid = [
  '31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755',
  '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime shared:9 master:2 - cgroup cgroup rw,cpu,cpuacct',
  '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory',
  '40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd',
  '41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw',
].join('\n');

test('a group of v1 is found for each controller, also where two share a hierarchy', () => {
  const { v1, v2 } = ownCgroups(
    '9:name=systemd:/user\n4:memory:/process/1:2\n1:cpu,cpuacct:/\n0::/a\n',
    hybrid,
  );
  expect([...v1]).toEqual([
    ['memory', '/sys/fs/cgroup/memory/process/1:2'],
    ['cpu', '/sys/fs/cgroup/cpu,cpuacct'],
    ['cpuacct', '/sys/fs/cgroup/cpu,cpuacct'],
  ]);
  expect(v2).toBe('/sys/fs/cgroup/unified/a');
});

test('in a container that sees only its part of a hierarchy, the group is at the mount', () => {
  const mountinfo = '41 31 0:38 /docker/f00 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory';
  expect([...ownCgroups('4:memory:/docker/f00\n', mountinfo).v1]).toEqual([
    ['memory', '/sys/fs/cgroup/memory'],
  ]);
});

test('a group outside of what is mounted is none of ours', () => {
  const mountinfo = '41 31 0:38 /docker/f00 /sys/fs/cgroup rw - cgroup2 cgroup rw';
  expect(ownCgroups('0::/docker/f00d\n', mountinfo).v2).toBeUndefined();
  expect(ownCgroups('0::/../other\n', mountinfo).v2).toBeUndefined();
});

test('a mount point with a space in its path is read as it is', () => {
  const mountinfo = '41 31 0:38 / /mnt/my\\040groups rw - cgroup2 cgroup rw';
  expect(ownCgroups('0::/user.slice\n', mountinfo).v2).toBe('/mnt/my groups/user.slice');
});

test('without any cgroup there is neither', () => {
  expect(ownCgroups('', '23 1 0:1 / /proc rw - proc proc rw')).toEqual({ v1: new Map(), v2: undefined });
});
