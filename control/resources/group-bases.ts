// Where a platform's groups are: below one directory for each controller, the base, which is named after the
// data directory so that two platforms on one machine never meet. The next control may be in another cgroup than
// this one and then has another base, while instances live on in the old one: so bases are remembered.

import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { readNumber, removeGroup } from './group-files.ts';

/** Controller to directory; controllers that share a hierarchy share the directory. */
export type Base = Readonly<Record<string, string>>;

const rememberedSchema = z.array(z.record(z.string(), z.string()));

export class GroupBases {
  readonly #file: string;
  readonly #current: Base;
  #bases: Base[];

  /** Makes the directories of `current`, all named `name`. `file` is where bases are remembered. */
  constructor(file: string, name: string, current: Base) {
    this.#file = file;
    this.#current = current;
    for (const directory of directoriesOf(current)) mkdirSync(directory, { recursive: true });
    const earlier = readRemembered(file).filter((base) => {
      const directories = directoriesOf(base);
      return !sameBase(base, current) && directories.every((path) => [name, idleBase(name)].includes(basename(path)));
    });
    this.#bases = [current, ...earlier];
    this.#remember();
  }

  /** Makes the directories of a new group. */
  make(id: string): Base {
    const group = below(this.#current, id);
    for (const directory of directoriesOf(group)) mkdirSync(directory);
    return group;
  }

  /** Those of a group that an earlier control made. */
  find(id: string): Base {
    const base = this.#bases.find((candidate) =>
      directoriesOf(candidate).some((directory) => groupsIn(directory).includes(id)),
    );
    return below(base ?? this.#current, id);
  }

  /** Removes all other groups. A blank whose control was killed may still be ending, so this takes its time. */
  sweep(known: ReadonlySet<string>): void {
    for (const directory of this.#bases.flatMap(directoriesOf)) {
      for (const id of groupsIn(directory)) {
        if (!known.has(id)) void removeGroup(join(directory, id));
      }
    }
  }

  /** A figure of all groups together: that of a base is the sum of what is below it. */
  sum(controller: string, file: string): number {
    const figures = this.#bases.map((base) => readNumber(join(String(base[controller]), file)) ?? 0);
    return figures.reduce((sum, figure) => sum + figure, 0);
  }

  /** Removes the bases that hold no group any more. */
  close(): void {
    for (const directory of this.#bases.flatMap(directoriesOf)) {
      try {
        rmdirSync(directory);
      } catch {
        // Instances that live on are in it, or it is gone.
      }
    }
    this.#bases = this.#bases.filter((base) => directoriesOf(base).some(exists));
    this.#remember();
  }

  #remember(): void {
    writeFileSync(this.#file, JSON.stringify(this.#bases), { mode: 0o600 });
  }
}

/** Where groups go whose processes are to have what nobody else wants; beside the base that it belongs to. */
export const idleBase = (base: string): string => `${base}.idle`;

export const directoriesOf = (base: Base): string[] => [...new Set(Object.values(base))];

const below = (base: Base, id: string): Base =>
  Object.fromEntries(Object.entries(base).map(([controller, path]) => [controller, join(path, id)]));

const sameBase = (a: Base, b: Base): boolean => directoriesOf(a).join() === directoriesOf(b).join();

/** Only directories are groups; the rest are the kernel's files. */
function groupsIn(directory: string): string[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return []; // The base is gone, and with it what was in it.
  }
}

function exists(directory: string): boolean {
  try {
    readdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

function readRemembered(file: string): Base[] {
  try {
    return rememberedSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return []; // The first start, or a file cut short: at worst an empty directory stays behind.
  }
}
