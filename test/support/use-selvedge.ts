import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { TestPlatform } from './test-platform.ts';

/** A platform that runs, and is gone at the end of the test. */
export async function useSelvedge(settings: Readonly<Record<string, string>> = {}): Promise<TestPlatform> {
  const platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slv-')), settings);
  onTestFinished(() => platform.destroy());
  await platform.start();
  return platform;
}
