// Databases in MaxMind's format, read by `mmdb-lib`: those of DB-IP and of MaxMind alike.

import { open, readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Reader } from 'mmdb-lib';
import { parseMetadata } from 'mmdb-lib/lib/metadata.js';
import { addressText } from '../../edge/contract/address-text.ts';
import { type Database, type FindAddress, loadOnce } from './database.ts';

/** The format puts its head within the last 128 KiB of the file. */
const headBytes = 128 * 1024;
/** Of what one answer of a front holds for. */
const blockBits = { 4: 24, 6: 48 } as const;
const NETWORKS = /asn|isp/i;

/** Rejects for what is no such file. */
export async function openMmdb(path: string): Promise<Database> {
  const { databaseType, ipVersion, buildEpoch } = parseMetadata(await readEnd(path));
  return {
    file: {
      name: basename(path),
      holds: NETWORKS.test(databaseType) ? 'networks' : 'places',
      built: buildEpoch.toISOString().slice(0, 10),
    },
    families: ipVersion === 4 ? [4] : [4, 6],
    ...loadOnce(() => readAll(path)),
  };
}

async function readEnd(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const length = Math.min(size, headBytes);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer;
  } finally {
    await file.close();
  }
}

async function readAll(path: string): Promise<FindAddress> {
  const reader = new Reader<object>(await readFile(path));
  return (address) => {
    const [record, prefix] = reader.getWithPrefixLength(addressText(address));
    return { record: record ?? undefined, block: prefix <= blockBits[address.family] };
  };
}
