// Cold start: the first byte of a function that has no instance, in the sandbox, from the pool of blanks.

import { waitFor } from '../../support/wait-for.ts';
import { type BenchOptions, type Row, round } from '../row.ts';
import { helloSource, startPlatform } from '../sides.ts';
import { percentile } from '../statistics.ts';

const functionsPerRound = 25;
/** Between two cold starts, so that each finds the pool full: what is measured is a cold start, not a burst. */
const pauseMs = 120;

export async function coldStartRow({ rounds, say }: BenchOptions): Promise<Row> {
  const raw: Record<string, number>[] = [];
  const all: number[] = [];
  for (let n = 0; n < rounds; n += 1) {
    const platform = await startPlatform();
    try {
      for (let i = 0; i < functionsPerRound; i += 1) {
        await platform.create(`cold-${i}`, helloSource, { scaling: { idleSeconds: 1 } });
      }
      await waitFor('every instance to be idle and gone', () =>
        platform.processes().every(({ kind }) => kind !== 'instance'),
      );
      const times: number[] = [];
      for (let i = 0; i < functionsPerRound; i += 1) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        const startedAt = performance.now();
        const { status, text } = await platform.call(`cold-${i}`);
        times.push(performance.now() - startedAt);
        if (status !== 200) throw new Error(`a cold start answered ${status}: ${text}`);
      }
      all.push(...times);
      raw.push({ p50Ms: round(percentile(times, 0.5)), p99Ms: round(percentile(times, 0.99)) });
      say(`  round ${n + 1}: ${JSON.stringify(raw.at(-1))}`);
    } finally {
      await platform.destroy();
    }
  }
  const [p50, p99] = [round(percentile(all, 0.5)), round(percentile(all, 0.99))];
  return {
    figure: 'cold start in the sandbox, first byte, p50 / p99',
    reach: '<= 15 / 40 ms',
    measured: `${p50} / ${p99} ms`,
    reached: p50 <= 15 && p99 <= 40,
    rounds: raw,
  };
}
