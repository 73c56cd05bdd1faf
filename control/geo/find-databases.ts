// Which databases there are: files that are named, and files in folders that are named.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from './database.ts';
import { openMmdb } from './open-mmdb.ts';
import { isNetworkList, openNetworkList } from './open-network-list.ts';

export interface FoundDatabases {
  readonly databases: readonly Database[];
  readonly problems: readonly string[];
}

interface FoundFile {
  readonly path: string;
  readonly signature: string;
}

/** Never rejects: what cannot be read is a problem, and the others are there. */
export async function findDatabases(sources: readonly string[]): Promise<FoundDatabases> {
  const problems: string[] = [];
  const files = await findFiles(sources, problems);
  const opened = await Promise.all(
    files.map(({ path }) =>
      (isNetworkList(path) ? openNetworkList(path) : openMmdb(path)).catch((error: unknown) => {
        problems.push(
          `${path} is no database that can be read (${messageOf(error)}): replace it or remove it.`,
        );
        return undefined;
      }),
    ),
  );
  const databases = opened.filter((one) => one !== undefined);
  return { databases, problems };
}

/** Another one means that something has changed. */
export async function readSignature(sources: readonly string[]): Promise<string> {
  return JSON.stringify(await findFiles(sources, []));
}

async function findFiles(sources: readonly string[], problems: string[]): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const source of sources) {
    try {
      const isFolder = (await stat(source)).isDirectory();
      const paths = isFolder ? (await readdir(source)).sort().map((name) => join(source, name)) : [source];
      for (const path of paths) if (!isFolder || isDatabase(path)) found.push(await describe(path));
    } catch (error) {
      problems.push(
        `${source} cannot be read (${messageOf(error)}): put a database there, or set SELVEDGE_GEO.`,
      );
    }
  }
  return found;
}

/** Of ASNs the package has each list twice, and the other form is not read. */
const isDatabase = (path: string): boolean => path.endsWith('.mmdb') || isNetworkList(path);

async function describe(path: string): Promise<FoundFile> {
  const { mtimeMs, size, ino } = await stat(path);
  return { path, signature: `${mtimeMs} ${size} ${ino}` };
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
