// Debian's Chromium, without a window. As root on a machine with apt it is installed by the first test that wants it.

import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { useTmpDir } from './use-tmp-dir.ts';

const root = join(import.meta.dirname, '../..');

/** Why there is none, for `skip`; undefined where there is one. */
export function noChromium(): string | undefined {
  execFileSync('sh', [join(root, 'scripts/system-packages.sh'), 'chromium:chromium'], { stdio: 'inherit' });
  try {
    execFileSync('chromium', ['--version'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return `there is no chromium: ${String(error).slice(0, 200)}`;
  }
}

/** Opens a page, which lives until the test ends. What it finds out it has to tell a server of the test. */
export function openInChromium(url: string): void {
  const profile = useTmpDir();
  const child = spawn(
    'chromium',
    // Root may run it without its own sandbox only; the pages are the test's.
    ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`, url],
    { detached: true, stdio: 'ignore' },
  );
  const exited = new Promise((resolve) => child.once('exit', resolve));
  onTestFinished(async () => {
    // It is several processes, in one group of their own.
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await exited;
  });
}
