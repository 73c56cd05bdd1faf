import { chmodSync, closeSync, copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { detectSandbox } from '../../control/sandbox/detect-sandbox.ts';
import { openUserNamespace } from '../../control/sandbox/user-namespace.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

/** A program that takes `--version`, with this mode, in a folder that only its owner may enter. */
function useProgram(mode: number): string {
  const path = join(useTmpDir(), 'program');
  copyFileSync('/bin/true', path);
  chmodSync(path, mode);
  return path;
}

test('a program in a folder of the owner alone gets all walls, by whomever it is run', async (context) => {
  if (process.getuid?.() === 0) {
    await openUserNamespace().then(closeSync, (error) =>
      context.skip(`root may not map users here: ${error}`),
    );
  }
  const sandbox = await detectSandbox(useProgram(0o755));
  expect(sandbox).toMatchObject({ kind: 'bubblewrap', weaknesses: [], filterFd: expect.any(Number) });
});

test('a program that only root may run is run with its number, which is told with a cure', async (context) => {
  if (process.getuid?.() !== 0) context.skip('only root can own it');
  const sandbox = await detectSandbox(useProgram(0o700));
  expect(sandbox).toMatchObject({ kind: 'bubblewrap', filterFd: expect.any(Number) });
  expect(sandbox.userNamespaceFd).toBeUndefined();
  expect(sandbox.weaknesses).toEqual([
    expect.stringMatching(/root's number .*Permission denied.*: let everybody read and run workerd/),
  ]);
});

test('where not even the barest walls stand there is no sandbox, and the reason is told', async () => {
  const sandbox = await detectSandbox(useProgram(0o000));
  expect(sandbox).toMatchObject({ kind: 'none', description: expect.stringContaining('Permission denied') });
});
