// Autonomous systems as the npm package `@ip-location-db/asn` has them, for which there is no package in MaxMind's
// format: lines of first address, last address, number, name, sorted, with addresses as numbers.

import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type Database, type FindAddress, loadOnce } from './database.ts';
import { NetworkTable } from './network-table.ts';

const NAME = /-ipv([46])-num\.csv$/;

export const isNetworkList = (path: string): boolean => NAME.test(path);

/** Rejects for a file that cannot be read. */
export async function openNetworkList(path: string): Promise<Database> {
  const family = NAME.exec(path)?.[1] === '6' ? 6 : 4;
  await stat(path);
  return {
    // npm gives all files of a package the same date, so that theirs says nothing.
    file: { name: basename(path), holds: 'networks', built: null },
    families: [family],
    ...loadOnce(async (): Promise<FindAddress> => {
      const table = new NetworkTable(await readFile(path), family, path);
      return (address) => table.find(address);
    }),
  };
}
