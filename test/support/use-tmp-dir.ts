import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of the test's own, gone when it ends. Its path is short enough to hold unix sockets. */
export function useTmpDir(): string {
  const path = mkdtempSync(join(tmpdir(), 'slv-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
