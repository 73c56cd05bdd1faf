// From a visitor's key to a number that is his alone and always the same: FNV-1a over the key, mixed with a seed.
//
// Not cryptographic, and it need not be: whoever can choose his key can choose his version among those that take
// visitors anyway. It has to be cheap, without waiting, and so even that shares come out as they were set.

/** Longer keys are told apart by their first so many characters. */
export const visitorKeyLengthMax = 1024;

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const RANGE = 2 ** 32;

/** 32 bits of a text. */
export function hashText(text: string): number {
  const length = Math.min(text.length, visitorKeyLengthMax);
  let hash = FNV_OFFSET;
  for (let i = 0; i < length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return mix(hash);
}

/** What a hashed key draws under a seed: above 0 and below 1, and even. */
export function drawOf(hash: number, seed: number): number {
  return (mix(mix(hash ^ seed) + seed) + 0.5) / RANGE;
}

/** Each bit of the input decides about each bit of the output: the finalizer of MurmurHash3. */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
