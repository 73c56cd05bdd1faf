// What one decision of a limiter costs, in this process: the key, the account, and what the answer will say of it. A thousand
// addresses take turns, each of which has room.

import { rateLimitsSchema } from '../../../control/model/rules/rate-limits.ts';
import { compileRateLimits } from '../../../control/plan/rules/compile-rate-limits.ts';
import type { RulesEntry } from '../../../edge/contract/rules.ts';
import { NO_TRACE } from '../../../edge/rules/trace.ts';
import { Limiters } from '../../../edge/traffic/limiter/limiters.ts';
import { type BenchOptions, type Row, round } from '../row.ts';
import { median } from '../statistics.ts';

const reachUs = 5;
const calls = 300_000;
const addresses = Array.from({ length: 1000 }, (_, n) =>
  n % 2 ? `203.0.${n >> 8}.${n & 255}` : `2001:db8:${n.toString(16)}:1::7`,
);

const kinds = {
  fixed: { algorithm: 'fixed', limit: 1_000_000, window: 60 },
  sliding: { algorithm: 'sliding', limit: 1_000_000, window: 60 },
  bucket: { algorithm: 'token_bucket', burst: 1_000_000, rate: 1_000_000 },
} as const;

/** What of a visit a limiter looks at. The step's own types are of the workers' world. */
interface Visit {
  readonly responseHeaders: unknown[];
}
type Step = (visit: Visit) => unknown;
interface Maker {
  prepare(rules: RulesEntry, scope: { functionId: string; project: string }): Step | undefined;
}
const module: string = '../../../edge/rules/rate-limits/keep-rates.ts';
const { rateLimits } = (await import(module)) as { rateLimits: Maker };

interface Side {
  readonly name: string;
  readonly step: Step;
  readonly visits: readonly Visit[];
}

function makeSide([name, figures]: [string, object]): Side {
  const limiters = new Limiters({ index: 0, count: 2, successorSince: 0 });
  const rules = { rate_limits: compileRateLimits(rateLimitsSchema.parse([{ name, ...figures }])) };
  const step = rateLimits.prepare(rules, { functionId: 'fn_bench', project: 'default' });
  if (!step) throw new Error('the section makes no step');
  const visits = addresses.map((ip) => ({
    front: { limiters: () => limiters },
    client: { ip },
    request: { method: 'GET' },
    url: 'http://bench.localhost/',
    trace: NO_TRACE,
    responseHeaders: [] as unknown[],
  }));
  return { name, step, visits };
}

/** Microseconds of one decision. */
function measure({ step, visits }: Side): number {
  const begun = performance.now();
  for (let n = 0; n < calls; n += 1) {
    const visit = visits[n % visits.length] as Visit;
    visit.responseHeaders.length = 0;
    step(visit);
  }
  return ((performance.now() - begun) * 1000) / calls;
}

export async function limiterRow({ rounds, say }: BenchOptions): Promise<Row> {
  const sides = Object.entries(kinds).map(makeSide);
  for (const side of sides) measure(side);
  const raw: Record<string, number>[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const order = n % 2 === 0 ? sides : sides.toReversed();
    raw.push(Object.fromEntries(order.map((side) => [`${side.name}Us`, round(measure(side), 3)])));
    say(`  round ${n + 1}: ${JSON.stringify(raw.at(-1))}`);
  }
  const medians = sides.map(({ name }) => median(raw.map((values) => values[`${name}Us`] ?? Number.NaN)));
  const worst = Math.max(...medians);
  return {
    figure: 'a decision of a limiter: fixed, sliding, bucket',
    reach: `<= ${reachUs} us`,
    measured: `${medians.join(' / ')} us`,
    reached: worst <= reachUs,
    rounds: raw,
  };
}
