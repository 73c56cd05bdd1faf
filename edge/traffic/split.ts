// Which of several versions a visitor gets: by chance, or by his key, which always gives the same one.
//
// By a key, each version has a score for each visitor, -share / ln(draw), and the highest wins: weighted rendezvous
// hashing. A version wins as often as its share says. When the share of one grows, its scores grow and no other's
// do, so visitors come to it and none changes between the others; shares that are all scaled alike change nothing.
// Nothing is remembered for that, so all fronts agree, and a front that restarts too. docs/design/splits.md.

import { drawOf, hashText } from './hash-visitor.ts';

export interface Share {
  readonly version: string;
  readonly shareBp: number;
}

interface Candidate extends Share {
  readonly seed: number;
}

/** Digits of a version that a visitor's cookie carries: as many as name a preview. */
export const pinDigits = 8;

export class Split {
  readonly #candidates: readonly Candidate[];
  /** At share 0: they take nobody, and keep who carries their pin. */
  readonly #cordoned: readonly string[];

  /** The function is part of each seed: otherwise the same visitors would be the first in every function's split. */
  constructor(functionId: string, shares: readonly Share[]) {
    this.#candidates = shares
      .filter(({ shareBp }) => shareBp > 0)
      .map((share) => ({ ...share, seed: hashText(`${functionId} ${share.version}`) }));
    this.#cordoned = shares.filter(({ shareBp }) => shareBp === 0).map(({ version }) => version);
  }

  /** Whether there is more than one version for those who come anew. */
  get divides(): boolean {
    return this.#candidates.length > 1;
  }

  /** Whether there are versions that only keep their visitors. */
  get keeps(): boolean {
    return this.#cordoned.length > 0;
  }

  /** `draw` is from 0 up to and without 10000. Undefined when no version has a share. */
  byChance(draw: number): string | undefined {
    let end = 0;
    for (const { version, shareBp } of this.#candidates) {
      end += shareBp;
      if (draw < end) return version;
    }
    return undefined;
  }

  /** Undefined when no version has a share. */
  byKey(key: string): string | undefined {
    const hash = hashText(key);
    let best: string | undefined;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (const { version, shareBp, seed } of this.#candidates) {
      const score = -shareBp / Math.log(drawOf(hash, seed));
      if (score <= bestScore) continue;
      best = version;
      bestScore = score;
    }
    return best;
  }

  /** The version at share 0 that a pin names; undefined for every other pin, as shares decide about those. */
  keptBy(pin: string): string | undefined {
    return this.#cordoned.find((version) => version.startsWith(pin));
  }
}

export const pinOf = (version: string): string => version.slice(0, pinDigits);
