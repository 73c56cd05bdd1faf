// The master key wraps the data keys, and nothing else: to rotate it, a row a project is wrapped again, and no secret
// is touched.

import { createHmac, randomBytes } from 'node:crypto';
import { KEY_BYTES, openBytes, sealBytes } from './sealing.ts';

export interface MasterKey {
  /** Tells keys apart and tells nothing of them; stands beside each data key and in messages. */
  readonly id: string;
  readonly bytes: Uint8Array;
}

const ID_DIGITS = 16;
/** 32 bytes are 44 characters of base64 with their padding, 43 without. */
const TEXT = /^[A-Za-z0-9+/]{43}=?$/;

const fromBytes = (bytes: Uint8Array): MasterKey => ({
  bytes,
  id: createHmac('sha256', bytes).update('selvedge master key').digest('hex').slice(0, ID_DIGITS),
});

export const newMasterKey = (): MasterKey => fromBytes(randomBytes(KEY_BYTES));

/** Undefined for what is not 32 bytes in base64; space around it does not matter. */
export function parseMasterKey(text: string): MasterKey | undefined {
  const trimmed = text.trim();
  const bytes = TEXT.test(trimmed) ? Buffer.from(trimmed, 'base64') : undefined;
  return bytes?.length === KEY_BYTES ? fromBytes(bytes) : undefined;
}

export const masterKeyText = ({ bytes }: MasterKey): string => Buffer.from(bytes).toString('base64');

export const wrapDataKey = (master: MasterKey, project: string, dataKey: Uint8Array): string =>
  sealBytes(master.bytes, ['data key', project], dataKey);

/** @throws {UnsealError} */
export const unwrapDataKey = (master: MasterKey, project: string, wrapped: string): Uint8Array =>
  openBytes(master.bytes, ['data key', project], wrapped);
