// The databases of now. When a file is replaced, the new one is read and then taken over; one that cannot be read is
// told as a problem, and what was there before goes on answering.

import type { GeoAnswer, GeoStatus } from '../../edge/contract/geo.ts';
import type { Address } from '../../edge/contract/ip-address.ts';
import type { GeoOptions } from './contract.ts';
import type { Database } from './database.ts';
import { findDatabases, messageOf, readSignature } from './find-databases.ts';
import { lookUp } from './look-up.ts';
import { readSubdivisions } from './read-subdivisions.ts';
import type { RegionCodes } from './region-codes.ts';

/** How often it is looked whether a file was replaced. */
export const atlasPollMs = 1000;

export class Atlas {
  readonly #options: GeoOptions;
  #databases: readonly Database[] = [];
  #problems: readonly string[] = [];
  #signature: string | undefined;
  #codes: Promise<RegionCodes | undefined> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: GeoOptions) {
    this.#options = options;
  }

  /** Resolves when it knows what there is; from then on it looks for changes. Never rejects. */
  async open(): Promise<void> {
    await this.refresh();
    const again = (): void => {
      this.#timer = setTimeout(() => void this.refresh().then(again), atlasPollMs);
    };
    again();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Takes over what has changed. Never rejects. */
  async refresh(): Promise<void> {
    const { sources, fallbacks } = this.#options;
    const signature = await readSignature([...sources, ...fallbacks]);
    if (signature === this.#signature) return;
    this.#signature = signature;
    const own = await findDatabases(sources);
    const others = await findDatabases(fallbacks);
    const lacking = others.databases.filter(
      ({ file }) => !own.databases.some((one) => one.file.holds === file.holds),
    );
    const databases = [...own.databases, ...lacking];
    const problems = [...own.problems, ...others.problems, ...lackOf(databases)];
    const known = new Map(this.#databases.map((database) => [database.file.name, database]));
    try {
      // What is in use is read before it is, so that nobody waits for it.
      for (const database of databases) if (known.get(database.file.name)?.loaded) await database.load();
    } catch (error) {
      this.#problems = [
        ...problems,
        `A new database cannot be read (${messageOf(error)}): the one before is used.`,
      ];
      return;
    }
    this.#problems = problems;
    // One that is being written is none for a moment.
    if (own.problems.length === 0 || this.#databases.length === 0) this.#databases = databases;
  }

  async lookUp(address: Address): Promise<GeoAnswer> {
    this.#codes ??= this.#readCodes();
    return lookUp(address, this.#databases, await this.#codes);
  }

  status(): GeoStatus {
    return { files: this.#databases.map(({ file }) => file), problems: this.#problems };
  }

  /** Without them places have no codes, which is told. */
  async #readCodes(): Promise<RegionCodes | undefined> {
    const { subdivisions } = this.#options;
    if (subdivisions === null) return undefined;
    return readSubdivisions(subdivisions).catch((error: unknown) => {
      this.#problems = [...this.#problems, `Codes of regions are not known (${messageOf(error)}).`];
      return undefined;
    });
  }
}

function lackOf(databases: readonly Database[]): string[] {
  return databases.some(({ file }) => file.holds === 'places')
    ? []
    : [
        'There is no database of places, so that request.cf has no country: run "npm install" without --omit=optional, or set SELVEDGE_GEO to a database.',
      ];
}
