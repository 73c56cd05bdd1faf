// An experiment made ready for requests: the seeds of its draws are hashed once.
//
// Each draw has a seed of its own, of the experiment's name or its layer's. With the visitor alone the same visitors
// would fall to the first variant of every experiment, and no two results would be independent.

import type { ExperimentEntry, VariantEntry } from '../../contract/rules/experiments.ts';
import { drawOf, hashText } from '../../traffic/hash-visitor.ts';
import { Split } from '../../traffic/split.ts';

const allBp = 10_000;

export class PreparedExperiment {
  readonly entry: ExperimentEntry;
  readonly #split: Split;
  readonly #partSeed: number;
  readonly #byName: ReadonlyMap<string, VariantEntry>;

  constructor(entry: ExperimentEntry) {
    this.entry = entry;
    // Weights stand where shares do: a weighted rendezvous asks only how large each is beside the others.
    const weights = entry.variants.map(({ name, weight }) => ({ version: name, shareBp: weight }));
    this.#split = new Split(`experiment ${entry.name}`, weights);
    this.#partSeed = hashText(entry.part.seed);
    this.#byName = new Map(entry.variants.map((variant) => [variant.name, variant]));
  }

  variant(name: string): VariantEntry | undefined {
    return this.#byName.get(name);
  }

  /** Whether who has this key is among those that take part. */
  includes(key: string): boolean {
    const { fromBp, toBp } = this.entry.part;
    if (fromBp === 0 && toBp >= allBp) return true;
    const draw = drawOf(hashText(key), this.#partSeed) * allBp;
    return draw >= fromBp && draw < toBp;
  }

  /** Always the same one for the same key; when weights change, he stays unless another's has grown beside it. */
  assign(key: string): VariantEntry {
    return this.#byName.get(this.#split.byKey(key) ?? '') ?? (this.entry.variants[0] as VariantEntry);
  }
}
