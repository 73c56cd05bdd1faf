// What is signed of a version: its id, its bundle's hash and a hash of its settings. Nothing in it names the function,
// so that a version that is promoted to another environment keeps its signature.

import { createHash } from 'node:crypto';
import type { VersionRecord } from '../model/function.ts';
import type { SigningKey } from './signing-key.ts';

export type Signable = Pick<VersionRecord, 'id' | 'bundle' | 'settings'>;
export type Signed = Signable & Pick<VersionRecord, 'signature'>;

/** Undefined when the signature is good; otherwise what is wrong, to go after "version …". */
export type SignatureFault =
  | 'has no signature'
  | 'was signed with another key'
  | 'is not what was signed: its id, its bundle or its settings were changed';

export const signVersion = (key: SigningKey, version: Signable): string => key.sign(signedText(version));

export function signatureFault(key: SigningKey, version: Signed): SignatureFault | undefined {
  if (version.signature === null) return 'has no signature';
  const verdict = key.verify(signedText(version), version.signature);
  if (verdict === 'valid') return undefined;
  if (verdict === 'other key') return 'was signed with another key';
  return 'is not what was signed: its id, its bundle or its settings were changed';
}

const signedText = ({ id, bundle, settings }: Signable): string =>
  `selvedge version 1\n${id}\n${bundle}\n${settingsHash(settings)}\n`;

/**
 * Settings as they are read, and not as their row's text is, as a row that is copied is written anew. A setting
 * that is null or empty counts as absent: one that a later Selvedge adds, with such a default, leaves old signatures
 * good. So a new setting of a version has null or an empty list as its default.
 */
export function settingsHash(settings: object): string {
  const given = Object.entries(settings).filter(([, value]) => !isEmpty(value));
  return createHash('sha256')
    .update(canonical(Object.fromEntries(given)))
    .digest('hex');
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);

/** JSON with its keys sorted, whatever order an object has them in. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
