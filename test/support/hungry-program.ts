// A plain program that takes memory when told, in a group of resources as an instance's process would be.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import type { ResourceGroup } from '../../control/resources/resources.ts';

const source = `
  const kept = [];
  process.stdin.on('data', (chunk) => {
    for (let n = Number(chunk); n > 0; n -= 1) kept.push(Buffer.alloc(1 << 20, 1));
    process.stdout.write('taken\\n');
  });
  process.stdout.write('ready\\n');`;

export interface HungryProgram {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Resolves with `taken` when it has so many MB more, or with the signal that ended it. */
  take(mb: number): Promise<string>;
}

/** Runs until the end of the test, or of its memory. */
export async function useHungryProgram(group: ResourceGroup): Promise<HungryProgram> {
  const join = group.joinFiles.map((file) => `echo $$ > ${file} && `).join('');
  const child = spawn('/bin/sh', ['-c', `${join}exec "$@"`, 'sh', process.execPath, '-e', source]);
  const ended = once(child, 'exit').then(([code, signal]) => String(signal ?? `exit ${code}`));
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await group.remove();
  });
  const word = async (): Promise<string> => String((await once(child.stdout, 'data'))[0]).trim();
  const first = await Promise.race([word(), ended]);
  if (first !== 'ready' || child.pid === undefined) throw new Error(`the program did not start: ${first}`);
  group.attach(child.pid);
  return {
    pid: child.pid,
    child,
    take: (mb) => {
      const answer = Promise.race([word(), ended]);
      child.stdin.write(String(mb));
      return answer;
    },
  };
}
