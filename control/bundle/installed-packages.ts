// Which packages an install has put on disk, with their versions: as npm itself remembers it.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const lockfileSchema = z.object({
  packages: z.record(z.string(), z.object({ name: z.string().optional(), version: z.string().optional() })),
});

/** By name, sorted; a package may be there in several versions. */
export type InstalledPackages = Readonly<Record<string, readonly string[]>>;

/** @param dir holds `node_modules`. */
export async function installedPackages(dir: string): Promise<InstalledPackages> {
  const text = await readFile(join(dir, 'node_modules/.package-lock.json'), 'utf8').catch(
    (error: unknown) => {
      // npm writes none where it has installed nothing.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '{"packages":{}}';
      throw error;
    },
  );
  return packagesOf(lockfileSchema.parse(JSON.parse(text)).packages);
}

function packagesOf(entries: z.infer<typeof lockfileSchema>['packages']): InstalledPackages {
  const versions = new Map<string, Set<string>>();
  for (const [place, { name, version }] of Object.entries(entries)) {
    const called = name ?? place.split('node_modules/').at(-1);
    if (!called || version === undefined) continue;
    versions.set(called, (versions.get(called) ?? new Set()).add(version));
  }
  return Object.fromEntries(
    [...versions].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, own]) => [name, [...own].toSorted()]),
  );
}
