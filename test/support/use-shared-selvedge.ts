import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { TestPlatform } from './test-platform.ts';

/** One platform for all tests of a file, each of which keeps to functions of its own. */
export function useSharedSelvedge(settings: Readonly<Record<string, string>> = {}): TestPlatform {
  const platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slv-')), settings);
  beforeAll(() => platform.start());
  afterAll(() => platform.destroy());
  return platform;
}
