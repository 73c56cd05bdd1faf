// By which number a visitor is counted: the same wherever his key is seen, so that fronts and control mean the same one.
//
// 53 bits, in two lanes, as a double holds them: among a million visitors two fall together once in ten thousand
// experiments. It is not cryptographic, and whoever has the figures can try out which visitor a number is; the key
// of our cookie is random, an address is not. No imports, so that neither side pulls in the other's world.

/** Longer keys are told apart by their first so many characters. */
const keyLengthMax = 1024;
const LOW_BITS = 2 ** 21;

/** Not 0. The function is part of it, as another project may have an experiment of the same name. */
export function visitorDigest(functionId: string, experiment: string, key: string): number {
  const text = `${functionId} ${experiment} ${key}`;
  const length = Math.min(text.length, keyLengthMax);
  let one = 0x811c9dc5;
  let other = 0x9747b28c;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x5bd1e995);
    other ^= other >>> 15;
  }
  return mix(one) * LOW_BITS + (mix(other ^ one) >>> 11) || 1;
}

/** Each bit of the input decides about each bit of the output: the finalizer of MurmurHash3. */
function mix(bits: number): number {
  let mixed = bits ^ (bits >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
