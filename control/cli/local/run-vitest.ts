// Runs the vitest that a project has installed, in the project's folder.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { AppError } from '../../model/errors.ts';

const packageSchema = z.object({ bin: z.object({ vitest: z.string() }) });

export interface VitestOptions {
  /** Absolute path. */
  readonly folder: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly write: (chunk: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves with whether all tests passed. @throws {AppError} FN_006 when the project has no vitest. */
export async function runVitest({ folder, env, write, signal }: VitestOptions): Promise<boolean> {
  const program = findVitest(folder);
  const child = spawn(process.execPath, [program, 'run'], {
    cwd: folder,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const end = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', end);
  child.stdout.setEncoding('utf8').on('data', write);
  child.stderr.setEncoding('utf8').on('data', write);
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return code === 0;
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** The file that vitest is started with, found as Node finds packages from the folder. */
function findVitest(folder: string): string {
  let manifest: string | undefined;
  try {
    manifest = findPackageJSON('vitest', pathToFileURL(join(folder, 'package.json')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
  }
  if (manifest === undefined) {
    throw new AppError(
      'FN_006',
      `There is no event, and the project at ${folder} has no vitest: install it there with "npm install --save-dev vitest", or run one event with --event event.json.`,
    );
  }
  const { bin } = packageSchema.parse(JSON.parse(readFileSync(manifest, 'utf8')));
  return join(dirname(manifest), bin.vitest);
}
