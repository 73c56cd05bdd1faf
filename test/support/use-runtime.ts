// Bun and Deno, as npm brings them. They are 195 MB, so they are no dependency of the project: the first test that
// wants one installs both below test/runtimes/, where they stay.

import { execFile, execFileSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const home = join(import.meta.dirname, '../runtimes');
const runTimeoutMs = 60_000;

/** Where npm puts the program of this machine's platform, and how it runs a file. */
const PROGRAMS = {
  bun: { pattern: 'node_modules/@oven/bun-*/bin/bun', args: [] },
  deno: { pattern: 'node_modules/@deno/*/deno', args: ['run', '--allow-net', '--no-prompt'] },
} as const;

/** Gives a function that runs a file and resolves with what it printed; rejects with its errors if it fails. */
export function useRuntime(name: keyof typeof PROGRAMS): (file: string) => Promise<string> {
  const { pattern, args } = PROGRAMS[name];
  const find = (): string | undefined =>
    globSync(pattern, { cwd: home }).find((path) => existsSync(join(home, path)));
  // Without scripts, as all that the project installs: the programs are in the packages.
  if (find() === undefined) {
    execFileSync(
      'npm',
      ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: home },
    );
  }
  const program = find();
  if (program === undefined) throw new Error(`npm installed no ${name} for this platform below ${home}.`);
  return async (file) => {
    const { stdout } = await promisify(execFile)(join(home, program), [...args, file], {
      timeout: runTimeoutMs,
    });
    return stdout;
  };
}
