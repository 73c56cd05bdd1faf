// The signed word of one platform to another on a request that it passes on: who the client is, and that it has been
// passed on already. Whoever does not have the region's secret can't say so; his word is dropped.

import type { Client } from '../client/client.ts';
import { hopSecondsMax } from '../contract/regions.ts';

export interface Hop {
  /** Names of regions: who passed it on, and to whom. */
  readonly from: string;
  readonly to: string;
  readonly client: Client;
}

interface SignedHop extends Hop {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly method: string;
  readonly host: string;
}

type Asked = Pick<SignedHop, 'method' | 'host'>;

/** Of what is signed; a longer one is nobody's of ours. */
export const hopLengthMax = 8192;
/** Keys that are remembered as they were imported. Beyond, all are forgotten. */
const keysRememberedMax = 200;
const keys = new Map<string, ImportedKey>();
/** The type has a name of its own in workers only. */
type ImportedKey = ReturnType<typeof crypto.subtle.importKey>;

export async function signHop(secret: string, hop: Hop, asked: Asked, now: number): Promise<string> {
  const signed: SignedHop = { from: hop.from, to: hop.to, client: hop.client, at: now, ...asked };
  const text = toBase64Url(new TextEncoder().encode(JSON.stringify(signed)));
  const signature = await crypto.subtle.sign('HMAC', await keyOf(secret), new TextEncoder().encode(text));
  return `${text}.${toBase64Url(new Uint8Array(signature))}`;
}

/** Undefined for what is forged, too old, of another request's method or host, or meant for another region. */
export async function readHop(
  secret: string,
  header: string,
  here: string,
  asked: Asked,
  now: number,
): Promise<Hop | undefined> {
  const [text, signature, ...more] = header.split('.');
  if (header.length > hopLengthMax || !text || !signature || more.length > 0) return undefined;
  const bytes = fromBase64Url(signature);
  if (!bytes) return undefined;
  const key = await keyOf(secret);
  // Compares in constant time.
  if (!(await crypto.subtle.verify('HMAC', key, bytes, new TextEncoder().encode(text)))) return undefined;
  const hop = JSON.parse(new TextDecoder().decode(fromBase64Url(text))) as SignedHop;
  if (Math.abs(now - hop.at) > hopSecondsMax * 1000) return undefined;
  if (hop.to !== here || hop.method !== asked.method || hop.host !== asked.host) return undefined;
  return { from: hop.from, to: hop.to, client: hop.client };
}

function keyOf(secret: string): ImportedKey {
  const known = keys.get(secret);
  if (known) return known;
  if (keys.size >= keysRememberedMax) keys.clear();
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = crypto.subtle.importKey('raw', new TextEncoder().encode(secret), hmac, false, [
    'sign',
    'verify',
  ]);
  keys.set(secret, key);
  return key;
}

function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (one) => one.charCodeAt(0));
  } catch {
    return undefined; // It is no base64, and so no signature.
  }
}
