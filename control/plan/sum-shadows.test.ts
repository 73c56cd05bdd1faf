import { expect, test } from 'vitest';
import type { ShadowSample } from '../../edge/contract/front-api.ts';
import { type ShadowSum, shadowSamplesShownMax, sumShadows } from './sum-shadows.ts';

const sample = (at: number): ShadowSample => ({
  ...{ at, requestId: 'r', method: 'GET', path: '/', differs: ['status'], headers: [], body: null },
  status: { live: 200, shadow: 500 },
});
const seen = (changes: Partial<ShadowSum>): ShadowSum => ({ ...sumShadows([]), ...changes });

test('counts add up by kind, also those that only one front has', () => {
  const sum = sumShadows([
    seen({ compared: 3, same: 1, different: { status: 1, headers: 0, body: 2 }, failed: { FN_002: 1 } }),
    seen({ compared: 4, bodiesSkipped: 1, failed: { FN_002: 2, FN_008: 5 }, skipped: { busy: 7, body: 0 } }),
  ]);
  expect(sum).toEqual({
    ...{ compared: 7, same: 1, different: { status: 1, headers: 0, body: 2 }, bodiesSkipped: 1 },
    ...{ failed: { FN_002: 3, FN_008: 5 }, skipped: { busy: 7, body: 0 }, samples: [] },
  });
  expect(sumShadows([])).toMatchObject({ compared: 0, failed: {}, samples: [] });
});

test('the newest samples of all fronts are shown, and one past the bound is not', () => {
  const odd = Array.from({ length: shadowSamplesShownMax }, (_, n) => sample(2 * n + 1));
  const sum = sumShadows([seen({ samples: odd }), seen({ samples: [sample(2), sample(100)] })]);
  expect(sum.samples).toHaveLength(shadowSamplesShownMax);
  expect(sum.samples.slice(0, 2).map(({ at }) => at)).toEqual([100, 2 * shadowSamplesShownMax - 1]);
  expect(sum.samples.at(-1)?.at).toBe(3);
});
