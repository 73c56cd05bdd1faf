// What a purge costs the process that all functions share.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Cache } from './cache.ts';
import { CacheStore } from './cache-store.ts';
import { Disk } from './disk.ts';

function useCacheOf(urls: readonly string[]): { readonly cache: Cache; readonly disk: Disk } {
  const dir = mkdtempSync(join(tmpdir(), 'slv-cache-'));
  const disk = new Disk(dir, 'a boot');
  const cache = new Cache(new CacheStore(disk, 64 * 1024 * 1024));
  onTestFinished(() => {
    cache.retire();
    rmSync(dir, { recursive: true, force: true });
  });
  for (const url of urls) {
    const head = { function: 'fn', project: 'p', key: url, url, tags: [], vary: [], status: 200, fields: [] };
    const times = { generatedAt: 0, freshMs: 1, staleWhileMs: 0, staleErrorMs: 0, asked: false };
    cache.store.put({ ...head, times, decoded: false }, { bytes: Buffer.from('x') }, 0);
  }
  return { cache, disk };
}

test('a write looks at what is stored of its URL, not at all of its function, and writes nothing when there is nothing', () => {
  const { cache, disk } = useCacheOf(['a.test/1', 'a.test/2', 'a.test/3']);
  const all = vi.spyOn(cache.store.entries, 'ofFunction');
  const written = vi.spyOn(disk, 'atOnce');
  expect(cache.purge({ function: 'fn', urls: ['a.test/none'] })).toBe(0);
  expect(written).not.toHaveBeenCalled();
  expect(cache.purge({ function: 'fn', urls: ['a.test/2', 'a.test/2'] })).toBe(1);
  expect(all).not.toHaveBeenCalled();
  expect(cache.purge({ function: 'fn', everything: true })).toBe(2);
});

test('a purge by URL of a project, or of all, finds it too', () => {
  const { cache } = useCacheOf(['a.test/1', 'a.test/2']);
  expect(cache.purge({ project: 'other', urls: ['a.test/1'] })).toBe(0);
  expect(cache.purge({ project: 'p', urls: ['a.test/1'] })).toBe(1);
  expect(cache.purge({ urls: ['a.test/2'] })).toBe(1);
});
