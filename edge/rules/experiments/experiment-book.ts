// What this front has counted of experiments, until control has stored it. See edge/contract/experiment-report.ts for
// how the two agree on that.

import {
  type ExperimentReport,
  latencyBuckets,
  type VariantTally,
} from '../../contract/experiment-report.ts';
import { histogramBucket } from '../../traffic/counters.ts';
import { ToldVisitors } from './told-visitors.ts';

/** Visits and conversions that wait for control; what comes beyond is told when the visitor comes again. */
export const visitorEventsMax = 10_000;
/** Variants of which one front counts requests. */
export const variantTalliesMax = 10_000;

interface Kept {
  readonly seq: number;
  readonly event: ExperimentReport['visitors'][number];
}

interface Tally extends VariantTally {
  requests: number;
  errors: number;
  latencyMs: number;
  latencySquares: number;
  readonly histogram: number[];
  /** Number of its newest change. */
  changed: number;
}

export class ExperimentBook {
  #seq = 0;
  #dropped = 0;
  #epoch = '';
  #events: Kept[] = [];
  readonly #tallies = new Map<string, Tally>();
  readonly #visited = new ToldVisitors();
  readonly #converted = new ToldVisitors();

  /** A visitor has seen a variant. */
  visit(functionId: string, experiment: string, variant: string, visitor: number): void {
    if (this.#visited.has(visitor)) return;
    if (this.#tell({ function: functionId, experiment, variant, visitor })) this.#visited.add(visitor);
  }

  /** A visitor did what the experiment is about. Only control knows whether he has seen a variant of it. */
  convert(functionId: string, experiment: string, visitor: number): void {
    if (this.#converted.has(visitor)) return;
    const told = this.#tell({ function: functionId, experiment, variant: null, visitor });
    // Who may not have seen one yet is told again, as control takes no notice of him before.
    if (told && this.#visited.has(visitor)) this.#converted.add(visitor);
  }

  answered(functionId: string, experiment: string, variant: string, status: number, tookMs: number): void {
    const tally = this.#tally(functionId, experiment, variant);
    if (!tally) return;
    this.#seq += 1;
    tally.changed = this.#seq;
    tally.requests += 1;
    if (status >= 500) tally.errors += 1;
    tally.latencyMs += tookMs;
    tally.latencySquares += tookMs * tookMs;
    const bucket = histogramBucket(tookMs);
    tally.histogram[bucket] = (tally.histogram[bucket] ?? 0) + 1;
  }

  /** What is newer than `after`, which is stored. Another epoch than before: control counts visitors from the beginning. */
  report(after: number, epoch: string): ExperimentReport {
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#visited.clear();
      this.#converted.clear();
    }
    this.#events = this.#events.filter(({ seq }) => seq > after);
    const tallies = [...this.#tallies.values()].filter(({ changed }) => changed > after);
    return {
      seq: this.#seq,
      tallies: tallies.map(({ changed: _, ...tally }) => ({ ...tally, histogram: [...tally.histogram] })),
      visitors: this.#events.map(({ event }) => event),
      dropped: this.#dropped,
    };
  }

  #tell(event: Kept['event']): boolean {
    if (this.#events.length >= visitorEventsMax) {
      this.#dropped += 1;
      return false;
    }
    this.#seq += 1;
    this.#events.push({ seq: this.#seq, event });
    return true;
  }

  #tally(functionId: string, experiment: string, variant: string): Tally | undefined {
    const name = `${functionId} ${experiment} ${variant}`;
    const known = this.#tallies.get(name);
    if (known || this.#tallies.size >= variantTalliesMax) return known;
    const tally: Tally = {
      ...{ function: functionId, experiment, variant, requests: 0, errors: 0, changed: 0 },
      ...{ latencyMs: 0, latencySquares: 0, histogram: new Array<number>(latencyBuckets).fill(0) },
    };
    this.#tallies.set(name, tally);
    return tally;
  }
}
