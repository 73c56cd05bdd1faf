// Comparisons that take as long for a near miss as for any other text, so that nobody can feel his way to a secret.

const encoder = new TextEncoder();

type TimingSafe = (a: ArrayBufferView, b: ArrayBufferView) => boolean;

/** workerd's own; where there is none, every byte is looked at all the same. */
const timingSafeEqual =
  (crypto.subtle as { timingSafeEqual?: TimingSafe }).timingSafeEqual?.bind(crypto.subtle) ?? everyByte;

/** Of two of the same length, as digests are; of others it is false at once. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/** Of texts of any length: their digests are compared, so that not even the length of the secret can be felt. */
export async function sameText(a: string, b: string): Promise<boolean> {
  const [left, right] = await Promise.all([digestOf(a), digestOf(b)]);
  return sameBytes(left, right);
}

export const digestOf = async (text: string): Promise<Uint8Array> =>
  new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)));

export const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Undefined for what is no hex. */
export function bytesOfHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) =>
    Number.parseInt(text.slice(2 * i, 2 * i + 2), 16),
  );
}

/** Of base64 in either alphabet, with or without its padding; undefined for what is none. */
export function bytesOfBase64(text: string): Uint8Array | undefined {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  } catch {
    return undefined; // Whoever asks says what that means.
  }
}

/** Without padding. */
export const base64Url = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

function everyByte(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const [left, right] = [a as Uint8Array, b as Uint8Array];
  let different = 0;
  for (let i = 0; i < left.byteLength; i += 1) different |= (left[i] ?? 0) ^ (right[i] ?? 0);
  return different === 0;
}
