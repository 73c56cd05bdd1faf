// From `POST /functions` with one file to the first 200 at its URL.

import { type BenchOptions, type Row, round } from '../row.ts';
import { startPlatform } from '../sides.ts';
import { percentile } from '../statistics.ts';

const functionsPerRound = 30;

export async function deployRow({ rounds, say }: BenchOptions): Promise<Row> {
  const raw: Record<string, number>[] = [];
  const all: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const platform = await startPlatform();
    try {
      const times: number[] = [];
      for (let i = 0; i < functionsPerRound; i += 1) {
        // Each is another source: an identical one would find its bundle and its config in the cache.
        const code = `export default { fetch() { return new Response('Hello ${n} ${i}'); } };`;
        const startedAt = performance.now();
        await platform.create(`deploy-${i}`, code);
        const { text } = await platform.call(`deploy-${i}`);
        times.push(performance.now() - startedAt);
        if (text !== `Hello ${n} ${i}`) throw new Error(`a deployed function answered ${text}`);
      }
      all.push(...times);
      raw.push({ p50Ms: round(percentile(times, 0.5)), p99Ms: round(percentile(times, 0.99)) });
      say(`  round ${n + 1}: ${JSON.stringify(raw.at(-1))}`);
    } finally {
      await platform.destroy();
    }
  }
  const p50 = round(percentile(all, 0.5));
  return {
    figure: 'POST /functions (one file) to first 200, p50',
    reach: '<= 100 ms',
    measured: `${p50} ms`,
    reached: p50 <= 100,
    rounds: raw,
  };
}
