// Whether a webhook is from who it says: HMAC over the raw bytes of its body, compared in constant time, and not older
// than it may be.

import { bytesOfBase64 } from '../../auth/same-text.ts';
import type { WebhookEntry } from '../../contract/rules/webhook.ts';
import type { Signed } from './read-signatures.ts';

const encoder = new TextEncoder();

/** Undefined when it is right; otherwise why not. `now` in milliseconds since the epoch. */
export async function webhookFault(
  rule: WebhookEntry,
  secrets: readonly string[],
  found: Signed,
  body: Uint8Array,
  now: number,
): Promise<string | undefined> {
  if (
    !(await isSigned(
      found,
      secrets.map((secret) => keyBytes(rule, secret)),
      body,
    ))
  )
    return 'its signature is not right';
  // Only of a time that is signed: of any other nothing is told.
  const { time } = found;
  if (time === null || rule.toleranceSeconds === null) return undefined;
  const offSeconds = Math.abs(now / 1000 - time);
  return offSeconds > rule.toleranceSeconds
    ? `its time is ${Math.round(offSeconds)} s off, and ${rule.toleranceSeconds} s are let pass`
    : undefined;
}

async function isSigned(
  { algorithm, signatures, before }: Signed,
  keys: readonly Uint8Array[],
  body: Uint8Array,
): Promise<boolean> {
  const message = joined(encoder.encode(before), body);
  let right = false;
  for (const key of keys) {
    if (key.byteLength === 0) continue;
    const hmac = { name: 'HMAC', hash: algorithm };
    const imported = await crypto.subtle.importKey('raw', key as Uint8Array<ArrayBuffer>, hmac, false, [
      'verify',
    ]);
    for (const signature of signatures)
      if (await crypto.subtle.verify('HMAC', imported, signature as Uint8Array<ArrayBuffer>, message))
        right = true;
  }
  return right;
}

/** By the standard a secret is base64 behind `whsec_`; others are taken as they are. */
function keyBytes({ provider }: WebhookEntry, secret: string): Uint8Array {
  if (provider !== 'standard-webhooks') return encoder.encode(secret);
  const text = secret.startsWith('whsec_') ? secret.slice('whsec_'.length) : secret;
  return bytesOfBase64(text) ?? new Uint8Array();
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(a.byteLength + b.byteLength);
  all.set(a);
  all.set(b, a.byteLength);
  return all;
}
