// Goal: who goes first does so on the kernel, also where it groups tasks by session and niceness alone orders nothing.
// Method: programs that sleep, in sessions of their own as fronts are, and what the kernel tells of them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { expect, onTestFinished, test } from 'vitest';
import { giveNice, giveSessionNice, NICE } from '../../control/resources/niceness.ts';

const isRoot = process.getuid?.() === 0;
/** Kernels without it order all tasks by their niceness. */
const bySession = existsSync('/proc/self/autogroup');

function useSleeper(detached: boolean): number {
  const child = spawn('sleep', ['600'], { detached });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return child.pid as number;
}

/** "/autogroup-12 nice -15": the number is the session's. */
const sessionNice = (pid: number | 'self'): number =>
  Number(readFileSync(`/proc/${pid}/autogroup`, 'utf8').split(' ')[2]);

test.skipIf(!isRoot || !bySession)('a front goes before all other sessions, not only in its own', () => {
  const pid = useSleeper(true);
  giveNice(pid, NICE.front);
  expect([getPriority(pid), sessionNice(pid)]).toEqual([NICE.front, NICE.front]);
});

test.skipIf(!bySession)('a suspect gives way to all other sessions, and comes back', () => {
  const pid = useSleeper(true);
  giveSessionNice(pid, 19);
  expect(sessionNice(pid)).toBe(19);
  if (!isRoot) return;
  giveSessionNice(pid, 0);
  expect(sessionNice(pid)).toBe(0);
});

test.skipIf(!bySession)('our own session, which may be that of a shell, stays as it is', () => {
  const before = sessionNice('self');
  giveSessionNice(useSleeper(false), 19);
  expect(sessionNice('self')).toBe(before);
});

test('a process that has ended is no error', () => {
  giveSessionNice(2 ** 22 + 1, 19);
});
