// A user's package-lock.json, before npm sees it. npm goes wherever a lockfile sends it, with the rights and from
// the network of the machine that builds: into its files, over ssh, to its neighbours. So only what names packages
// of a registry is left of it; from which registry they come is the operator's to say, as for ranges.

import { z } from 'zod';
import { deployFailure } from './build-failure.ts';
import { isRegistryRange } from './registry-range.ts';

const rangesSchema = z.record(z.string(), z.string()).optional();

const platformsSchema = z.array(z.string()).optional();

/** What npm needs of an entry; everything else is dropped. */
const entrySchema = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  integrity: z.string().optional(),
  resolved: z.unknown().optional(),
  link: z.unknown().optional(),
  ...{ dependencies: rangesSchema, devDependencies: rangesSchema },
  ...{ optionalDependencies: rangesSchema, peerDependencies: rangesSchema },
  peerDependenciesMeta: z.record(z.string(), z.object({ optional: z.boolean().optional() })).optional(),
  ...{ dev: z.boolean().optional(), optional: z.boolean().optional(), devOptional: z.boolean().optional() },
  ...{ peer: z.boolean().optional(), inBundle: z.boolean().optional() },
  ...{ os: platformsSchema, cpu: platformsSchema, libc: platformsSchema },
});
const lockfileSchema = z.object({ packages: z.record(z.string(), entrySchema).optional() });

type Entry = z.infer<typeof entrySchema>;

const PLACE =
  /^node_modules\/(@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*(\/node_modules\/(@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*)*$/;
const NAME = /^(@[\w~-][\w.~-]*\/)?[\w~-][\w.~-]*$/;
const VERSION = /^\d+\.\d+\.\d+[\w.+-]*$/;
const RANGE_KINDS = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'] as const;

/**
 * The lockfile without the addresses of its packages: npm takes each version from the registry that it is set to,
 * and holds it to the integrity that the lockfile tells.
 *
 * @throws {AppError} FN_005 when an entry is not a package of a registry.
 */
export function readLockfile(text: string): string {
  const packages = parse(text);
  const kept: Record<string, Omit<Entry, 'resolved' | 'link'>> = {};
  for (const [place, entry] of Object.entries(packages)) {
    const fault = place === '' ? rangeFault('', entry) : faultOf(place, entry);
    if (fault !== undefined) throw refused(fault);
    const { resolved: _resolved, link: _link, ...rest } = entry;
    kept[place] = rest;
  }
  return `${JSON.stringify({ lockfileVersion: 3, requires: true, packages: kept }, null, 2)}\n`;
}

function parse(text: string): Readonly<Record<string, Entry>> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refused(`package-lock.json is not JSON: ${(error as Error).message}`, error);
  }
  const parsed = lockfileSchema.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw refused(
      `package-lock.json is malformed at ${issue?.path.join('.')}: ${issue?.message}`,
      parsed.error,
    );
  }
  const { packages } = parsed.data;
  if (packages) return packages;
  throw refused(
    'package-lock.json has no "packages", as npm before version 7 wrote it: run "npm install" with a newer npm, or leave it out.',
  );
}

function faultOf(place: string, entry: Entry): string | undefined {
  const { link, name, resolved, version } = entry;
  const elsewhere =
    resolved !== undefined && !(typeof resolved === 'string' && /^https?:\/\//.test(resolved));
  if (elsewhere || link === true)
    return `package-lock.json takes ${place} from "${String(resolved)}"; packages must come from a registry.`;
  if (!PLACE.test(place))
    return `package-lock.json has a package at ${JSON.stringify(place)}; packages must be below node_modules and come from a registry.`;
  if (name !== undefined && !NAME.test(name))
    return `package-lock.json calls ${place} ${JSON.stringify(name)}; packages must come from a registry, and none has such a name.`;
  if (version === undefined || !VERSION.test(version))
    return `package-lock.json has ${place} in version ${JSON.stringify(version ?? null)}; it must be one of a registry, such as "1.2.3".`;
  return rangeFault(place, entry);
}

/** npm resolves what a lockfile leaves open, so what an entry asks for may lead elsewhere as well. */
function rangeFault(place: string, entry: Entry): string | undefined {
  for (const kind of RANGE_KINDS) {
    for (const [name, range] of Object.entries(entry[kind] ?? {})) {
      if (range === '' || isRegistryRange(range)) continue;
      const whose = place === '' ? 'the function' : place;
      return `package-lock.json says that ${whose} takes "${name}" from "${range}"; packages must come from a registry.`;
    }
  }
  return undefined;
}

const refused = (message: string, cause?: unknown): Error =>
  deployFailure(message, [], [{ message, file: 'package-lock.json' }], cause);
