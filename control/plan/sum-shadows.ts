// What several fronts have seen of one shadow, as one.

import type { ShadowReport } from '../../edge/contract/front-api.ts';

/** Samples of a shadow that are shown, the newest of all fronts. */
export const shadowSamplesShownMax = 20;

export type ShadowSum = Omit<ShadowReport, 'function' | 'version'>;

const NOTHING: ShadowSum = {
  compared: 0,
  same: 0,
  different: { status: 0, headers: 0, body: 0 },
  bodiesSkipped: 0,
  failed: {},
  skipped: { busy: 0, body: 0 },
  samples: [],
};

export function sumShadows(reports: readonly ShadowSum[]): ShadowSum {
  return reports.reduce(add, NOTHING);
}

function add(a: ShadowSum, b: ShadowSum): ShadowSum {
  return {
    compared: a.compared + b.compared,
    same: a.same + b.same,
    different: addCounts(a.different, b.different),
    bodiesSkipped: a.bodiesSkipped + b.bodiesSkipped,
    failed: addCounts(a.failed, b.failed),
    skipped: addCounts(a.skipped, b.skipped),
    samples: [...a.samples, ...b.samples]
      .toSorted((one, other) => other.at - one.at)
      .slice(0, shadowSamplesShownMax),
  };
}

function addCounts<K extends string>(
  a: Readonly<Record<K, number>>,
  b: Readonly<Record<K, number>>,
): Record<K, number> {
  const sum: Record<K, number> = { ...a };
  for (const [name, count] of Object.entries(b) as [K, number][]) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
