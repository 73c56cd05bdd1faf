// Whether a key is strong enough to be served: what browsers and the rules of public authorities ask for.

import type { KeyObject } from 'node:crypto';

/** Bits of an RSA key. */
export const rsaBitsMin = 2048;
const CURVES: ReadonlySet<string> = new Set(['prime256v1', 'secp384r1', 'secp521r1']);

/** What is wrong with it, to follow "the key"; undefined for nothing. */
export function judgeKey({
  asymmetricKeyType: type,
  asymmetricKeyDetails: details,
}: KeyObject): string | undefined {
  if (type === 'rsa' || type === 'rsa-pss') {
    const bits = details?.modulusLength ?? 0;
    return bits < rsaBitsMin ? `is RSA with ${bits} bits: use ${rsaBitsMin} or more, or P-256` : undefined;
  }
  if (type === 'ec') {
    const curve = details?.namedCurve ?? 'unnamed';
    return CURVES.has(curve) ? undefined : `is on the curve ${curve}: use P-256, P-384 or P-521`;
  }
  if (type === 'ed25519') return undefined;
  return `is of the kind ${type}: use RSA with ${rsaBitsMin} bits or more, or P-256`;
}
