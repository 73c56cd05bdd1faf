// Goal: cgroup v2's rules are met: where processes may be, who hands controllers down, what is left behind.
// Method: a group of our own in the machine's v2 hierarchy, with a controller that v1 has not taken; memory is
// v1's on such machines, so its limit is not tried here. A machine with all of v2 tries it in resources.test.ts.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { CgroupV2 } from '../../control/resources/cgroup-v2.ts';
import { removeGroup } from '../../control/resources/group-files.ts';
import { ownCgroups } from '../../control/resources/own-cgroups.ts';
import { useHungryProgram } from '../support/hungry-program.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const { v2 } = ownCgroups(
  readFileSync('/proc/self/cgroup', 'utf8'),
  readFileSync('/proc/self/mountinfo', 'utf8'),
);

/** A group of our own with one controller handed down to it, as a delegated one has; undefined if there can be none. */
function delegated(): { own: string; controller: string } | undefined {
  if (v2 === undefined) return undefined;
  const own = join(v2, `selvedge-test-${process.pid}`);
  const [controller] = readFileSync(join(v2, 'cgroup.controllers'), 'utf8').trim().split(' ');
  if (!controller) return undefined;
  const handedDown = join(v2, 'cgroup.subtree_control');
  const before = readFileSync(handedDown, 'utf8').trim().split(' ');
  try {
    writeFileSync(handedDown, `+${controller}`);
    if (!before.includes(controller)) afterAll(() => writeFileSync(handedDown, `-${controller}`));
    mkdirSync(own);
    rmdirSync(own);
    return { own, controller };
  } catch {
    return undefined; // Not root, or read-only.
  }
}
const found = delegated();

test.skipIf(!found)('instances are in groups below ours, and what was in ours is in a leaf', async () => {
  const { own, controller } = found as NonNullable<typeof found>;
  mkdirSync(own);
  // What started the platform: it shares its group, which may hold no process once it hands controllers down.
  const starter = spawn('/bin/sh', ['-c', `echo $$ > ${own}/cgroup.procs && echo in && exec sleep 600`]);
  const ended = once(starter, 'exit');
  onTestFinished(async () => {
    starter.kill('SIGKILL');
    await ended;
    for (const path of [join(own, 'selvedge.main'), own]) expect(await removeGroup(path)).toBe(true);
  });
  await once(starter.stdout, 'data');
  const dataDir = useTmpDir();
  const open = (where: string): CgroupV2 =>
    CgroupV2.open({
      ...{ own: where, name: 'selvedge-1', rememberedIn: join(dataDir, 'groups.json') },
      ...{ needed: [controller], wanted: ['cpu', 'pids'] },
    });
  const resources = open(own);
  expect(readFileSync(join(own, 'selvedge.main/cgroup.procs'), 'utf8').trim()).toBe(String(starter.pid));
  expect(readFileSync(join(own, 'selvedge-1/cgroup.subtree_control'), 'utf8')).toContain(controller);

  const group = resources.prepare('instance-1');
  const { pid, child } = await useHungryProgram(group);
  expect(readFileSync(`/proc/${pid}/cgroup`, 'utf8')).toContain('selvedge-1/instance-1');

  // The next control is started by what the first has moved, and finds what it left.
  const next = open(join(own, 'selvedge.main'));
  expect(next.adopt('instance-1').joinFiles).toEqual(group.joinFiles);
  child.kill('SIGKILL');
  await group.remove();
  next.close();
  expect(existsSync(dirname(dirname(String(group.joinFiles[0]))))).toBe(false);
});
