// How much of the normal distribution lies beyond a value.
//
// erfc by its series for small values (NIST DLMF 7.6.2) and by its continued fraction for large ones (DLMF 7.9.1, from the
// inside out), each where it converges fast: good to 13 digits, also of tails that are small. Packages that have it weigh
// more than all of this folder, or stop at 7 digits.

/** From here on the continued fraction is the better one. */
const seriesUntil = 2.5;
const termsOfFraction = 80;

export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  return x < seriesUntil ? 1 - erfSeries(x) : erfcFraction(x);
}

/** Of both sides together: the chance of something as far off as `z`, where there is nothing but chance. */
export const twoSidedTail = (z: number): number => erfc(Math.abs(z) / Math.SQRT2);

/** 2/sqrt(pi) e^(-x²) (x + 2x³/3 + 4x⁵/15 + ...). */
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > sum * Number.EPSILON; n += 1) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** e^(-x²)/sqrt(pi) / (x + (1/2)/(x + 1/(x + (3/2)/(x + ...)))). */
function erfcFraction(x: number): number {
  let below = x;
  for (let n = termsOfFraction; n >= 1; n -= 1) below = x + n / 2 / below;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / below;
}
