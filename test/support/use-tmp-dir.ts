// A directory that is gone when the test is over.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export async function useTmpDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'selvedge-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}
