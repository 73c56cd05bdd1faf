// Whether a new version keeps within its guard, by what it and the old version answered in the same window. Pure.

import { latencyQuantile } from '../model/latency-quantile.ts';
import type { Guard } from '../model/rollout.ts';

/** What one version answered in a window. */
export interface Figures {
  /** Responses whose head has come, those that the platform made in the version's place included. */
  readonly answered: number;
  /** Of these: a status of 500 or more, a handler that threw, a timeout, memory exceeded, no instance to be had. */
  readonly failed: number;
  /** Times to the response's head, in the buckets that fronts have. */
  readonly histogram: readonly number[];
}

export const noFigures: Figures = { answered: 0, failed: 0, histogram: [] };

/** A rate that is higher by no more than this, in percentage points, is chance: one failure of a quiet minute. */
export const rateSlackPoints = 1;
/** The same for p95, in milliseconds: a bucket of the histogram below it tells nothing apart. */
export const p95SlackMs = 5;

export type Verdict =
  | { readonly is: 'good'; readonly figures: string }
  | { readonly is: 'bad'; readonly reason: string }
  /** Too few requests to say. */
  | { readonly is: 'open'; readonly figures: string };

/** An old version with fewer than `min_requests` is no measure: then only the absolute limits count. */
export function judgeGuard(guard: Guard, now: Figures, old: Figures): Verdict {
  const { min_requests } = guard;
  if (now.answered < min_requests)
    return { is: 'open', figures: `${now.answered} of ${min_requests} requests` };
  const measure = old.answered >= min_requests ? old : undefined;
  const faults = [...rateFaults(guard, now, measure), ...p95Faults(guard, now, measure)];
  return faults.length === 0
    ? { is: 'good', figures: describeFigures(now) }
    : { is: 'bad', reason: `${faults.join('; ')} (${now.answered} requests, ${now.failed} failed)` };
}

export const describeFigures = (figures: Figures): string =>
  `${figures.answered} requests, ${figures.failed} failed, p95 ${ms(latencyQuantile(figures.histogram, 0.95) ?? 0)}`;

function* rateFaults({ error_rate }: Guard, now: Figures, old: Figures | undefined): Generator<string> {
  if (!error_rate) return;
  const { max, relative } = error_rate;
  const rate = percentFailed(now);
  if (max !== undefined && rate > max) yield `error rate ${percent(rate)}, at most ${percent(max)}`;
  if (relative === undefined || !old) return;
  const before = percentFailed(old);
  if (rate > before * relative && rate > before + rateSlackPoints)
    yield `error rate ${percent(rate)}, the old version has ${percent(before)} and at most ${relative} times that is allowed`;
}

function* p95Faults({ p95 }: Guard, now: Figures, old: Figures | undefined): Generator<string> {
  const latency = latencyQuantile(now.histogram, 0.95);
  if (!p95 || latency === undefined) return;
  const { max_ms, relative } = p95;
  if (max_ms !== undefined && latency > max_ms) yield `p95 ${ms(latency)}, at most ${ms(max_ms)}`;
  const before = old && latencyQuantile(old.histogram, 0.95);
  if (relative === undefined || before === undefined) return;
  if (latency > before * relative && latency > before + p95SlackMs)
    yield `p95 ${ms(latency)}, the old version has ${ms(before)} and at most ${relative} times that is allowed`;
}

const percentFailed = ({ failed, answered }: Figures): number => (100 * failed) / answered;
const percent = (value: number): string => `${Math.round(value * 100) / 100} %`;
const ms = (value: number): string => `${Math.round(value * 10) / 10} ms`;
