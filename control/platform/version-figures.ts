// What versions that a rollout compares have answered since its window began: sums and a histogram for each, so that
// a window costs the same however long it is. They are in memory alone; a control that starts begins windows anew.

import { type Figures, noFigures } from '../plan/judge-guard.ts';
import type { VersionCount } from './request-counts.ts';

export class VersionFigures {
  readonly #windows = new Map<string, Map<string, Figures>>();

  /** Counts for these versions of the function from now on, from nothing. */
  begin(functionId: string, versions: readonly string[]): void {
    this.#windows.set(functionId, new Map(versions.map((version) => [version, noFigures])));
  }

  end(functionId: string): void {
    this.#windows.delete(functionId);
  }

  /** Nothing for a version that is not counted. */
  of(functionId: string, version: string): Figures {
    return this.#windows.get(functionId)?.get(version) ?? noFigures;
  }

  /** What fronts have counted since they told last. */
  counted(counts: readonly VersionCount[]): void {
    for (const { function: id, version, answered, faults, histogram } of counts) {
      const window = this.#windows.get(id);
      const before = window?.get(version);
      if (!window || !before) continue;
      window.set(version, {
        answered: before.answered + answered,
        failed: before.failed + faults,
        histogram: histogram.map((count, bucket) => count + (before.histogram[bucket] ?? 0)),
      });
    }
  }
}
