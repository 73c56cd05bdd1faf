/**
 * The variant that a visitor had before; for a new one, by share: `random` is from 0 up to 1. A variant that was
 * removed is forgotten.
 */
export function chooseVariant(variants, remembered, random) {
  const known = variants.find(({ name }) => name === remembered);
  if (known) return known;
  const total = variants.reduce((sum, { share }) => sum + share, 0);
  let rest = random * total;
  for (const variant of variants) {
    if (rest < variant.share) return variant;
    rest -= variant.share;
  }
  return variants[0];
}
