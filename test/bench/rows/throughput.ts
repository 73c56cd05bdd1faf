// Throughput, added latency and tails, against bare workerd. Each round starts both sides afresh, in an order
// that alternates.

import { type BenchOptions, type Row, round } from '../row.ts';
import { bareWorkerd, type Side, selvedge } from '../sides.ts';
import { median } from '../statistics.ts';
import { type LoadResult, wrk } from '../wrk.ts';

const connections = 32;
const warmUpSeconds = 2;

interface Measured {
  readonly saturated: LoadResult;
  readonly single: LoadResult;
  readonly half: LoadResult;
}

async function measure(start: () => Promise<Side>, seconds: number): Promise<Measured> {
  const side = await start();
  try {
    const load = { url: side.url, host: side.host, directory: side.directory, seconds };
    await wrk({ ...load, connections, seconds: warmUpSeconds });
    const single = await wrk({ ...load, connections: 1 });
    const saturated = await wrk({ ...load, connections });
    const half = await wrk({ ...load, connections, rate: saturated.requestsPerSecond / 2 });
    for (const result of [single, saturated, half]) {
      if (result.errors > 0) throw new Error(`${side.name}: ${result.errors} requests failed`);
    }
    return { saturated, single, half };
  } finally {
    await side.stop();
  }
}

export async function throughputRows({ rounds, seconds, say }: BenchOptions): Promise<Row[]> {
  const raw: Record<string, number>[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const order = n % 2 === 0 ? [bareWorkerd, selvedge] : [selvedge, bareWorkerd];
    const results = new Map<unknown, Measured>();
    for (const start of order) results.set(start, await measure(start, seconds));
    const bare = results.get(bareWorkerd) as Measured;
    const ours = results.get(selvedge) as Measured;
    raw.push({
      bareRequestsPerSecond: round(bare.saturated.requestsPerSecond, 0),
      selvedgeRequestsPerSecond: round(ours.saturated.requestsPerSecond, 0),
      ratio: round(ours.saturated.requestsPerSecond / bare.saturated.requestsPerSecond, 3),
      bareP50Ms: round(bare.single.p50Ms, 3),
      selvedgeP50Ms: round(ours.single.p50Ms, 3),
      addedP50Ms: round(ours.single.p50Ms - bare.single.p50Ms, 3),
      bareP99SaturatedMs: round(bare.saturated.p99Ms),
      selvedgeP99SaturatedMs: round(ours.saturated.p99Ms),
      bareP99HalfMs: round(bare.half.p99Ms),
      selvedgeP99HalfMs: round(ours.half.p99Ms),
    });
    say(`  round ${n + 1}: ${JSON.stringify(raw.at(-1))}`);
  }
  const of = (name: string): number => median(raw.map((values) => values[name] ?? Number.NaN));
  const [ratio, added] = [of('ratio'), of('addedP50Ms')];
  const [tail, tailHalf] = [of('selvedgeP99SaturatedMs'), of('selvedgeP99HalfMs')];
  return [
    {
      figure: `throughput, Selvedge / bare workerd, ${connections} connections`,
      reach: '>= 0.40',
      measured: `${ratio}`,
      reached: ratio >= 0.4,
      rounds: raw,
    },
    {
      figure: 'added p50 latency at 1 connection',
      reach: '<= 0.35 ms',
      measured: `${added} ms`,
      reached: added <= 0.35,
      rounds: raw,
    },
    {
      figure: 'p99 at saturation',
      reach: '<= 25 ms',
      measured: `${tail} ms`,
      reached: tail <= 25,
      rounds: raw,
    },
    {
      figure: 'p99 at half of that rate',
      reach: '<= 10 ms',
      measured: `${tailHalf} ms`,
      reached: tailHalf <= 10,
      rounds: raw,
    },
  ];
}
