// A database of the geo service: its head is read when it is found, the rest at the first question about an address of
// its family. Most platforms are never asked about IPv6, or about any address at all, and 130 MB are worth a wait.

import type { GeoFile } from '../../edge/contract/geo.ts';
import type { Address } from '../../edge/contract/ip-address.ts';

/** What one database says of an address. */
export interface Finding {
  /** As the file has it; undefined where it says nothing. */
  readonly record: unknown;
  /** The same holds for all of the address's block, see `GeoAnswer`. */
  readonly block: boolean;
}

export type FindAddress = (address: Address) => Finding;

export interface Database {
  readonly file: GeoFile;
  readonly families: readonly (4 | 6)[];
  /** Reads it whole, once. Rejects when it can no longer be read, and then tries again at the next call. */
  load(): Promise<FindAddress>;
  readonly loaded: boolean;
}

/** Remembers what was read; a failure is not remembered. */
export function loadOnce(read: () => Promise<FindAddress>): Pick<Database, 'load' | 'loaded'> {
  let reading: Promise<FindAddress> | undefined;
  return {
    load: () => {
      reading ??= read().catch((error: unknown) => {
        reading = undefined;
        throw error;
      });
      return reading;
    },
    get loaded(): boolean {
      return reading !== undefined;
    },
  };
}
