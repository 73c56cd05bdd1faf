// What the fronts have found out about shadows. Their counters only grow, so the newest report of a front takes the
// place of the one before, and an answer that is lost loses nothing. Of a front that has ended, its last report counts on.

import type { ShadowReport } from '../../edge/contract/front-api.ts';
import { type ShadowSum, sumShadows } from '../plan/sum-shadows.ts';

interface Seen<F> {
  readonly version: string;
  readonly byFront: Map<F, ShadowReport>;
  ended: ShadowSum | undefined;
}

/** `F` is a front. */
export class ShadowReports<F> {
  readonly #byFunction = new Map<string, Seen<F>>();

  take(front: F, reports: readonly ShadowReport[]): void {
    for (const report of reports) {
      let seen = this.#byFunction.get(report.function);
      if (seen?.version !== report.version) {
        seen = { version: report.version, byFront: new Map(), ended: undefined };
        this.#byFunction.set(report.function, seen);
      }
      seen.byFront.set(front, report);
    }
  }

  /** Only these run now. */
  keep(fronts: ReadonlySet<F>): void {
    for (const seen of this.#byFunction.values()) {
      for (const [front, report] of seen.byFront) {
        if (fronts.has(front)) continue;
        seen.byFront.delete(front);
        seen.ended = sumShadows(seen.ended ? [seen.ended, report] : [report]);
      }
    }
  }

  /** Of a version while it is the function's shadow. */
  of(functionId: string, version: string): ShadowSum {
    const seen = this.#byFunction.get(functionId);
    if (seen?.version !== version) return sumShadows([]);
    return sumShadows([...(seen.ended ? [seen.ended] : []), ...seen.byFront.values()]);
  }

  forget(functionId: string): void {
    this.#byFunction.delete(functionId);
  }
}
