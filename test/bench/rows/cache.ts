// What a hit of the cache is worth: requests a second of a function itself and of the same answer from the cache, for a
// function that does nothing, which is the cache's worst case, and for one that computes for a millisecond.

import { cpuTimeMs } from '../../../control/resources/process-usage.ts';
import type { TestPlatform } from '../../support/test-platform.ts';
import { type BenchOptions, type Row, round } from '../row.ts';
import { helloSource, startPlatform } from '../sides.ts';
import { median } from '../statistics.ts';
import { wrk } from '../wrk.ts';

const connections = 32;

const workingSource = `export default { fetch() {
  let n = 0;
  for (let k = 0; k < 400_000; k += 1) n = (n * 31 + k) | 0;
  return new Response('Hello, world! ' + n + '\\n');
} };`;

const sides = ['hello', 'hello-kept', 'working', 'working-kept'] as const;

async function measure(
  platform: TestPlatform,
  name: string,
  seconds: number,
): Promise<{ perSecond: number; frontUs: number; cacheUs: number }> {
  const spent = (wanted: string): number =>
    platform
      .processes()
      .filter(({ kind }) => kind === wanted)
      .reduce((sum, { pid }) => sum + (cpuTimeMs(pid) ?? Number.NaN), 0);
  const load = {
    url: `http://127.0.0.1:${platform.edgePort}/`,
    host: `${name}.localhost`,
    ...{ headers: {}, directory: platform.dataDir, connections },
  };
  await wrk({ ...load, seconds: 1 });
  const before = { front: spent('front'), cache: spent('cache') };
  const { requestsPerSecond, errors } = await wrk({ ...load, seconds });
  if (errors > 0) throw new Error(`${name}: ${errors} requests failed`);
  const each = (ms: number): number => round((ms * 1000) / (requestsPerSecond * seconds), 1);
  return {
    perSecond: Math.round(requestsPerSecond),
    frontUs: each(spent('front') - before.front),
    cacheUs: each(spent('cache') - before.cache),
  };
}

export async function cacheRows({ rounds, seconds, say }: BenchOptions): Promise<Row[]> {
  const platform = await startPlatform();
  const raw: Record<string, number>[] = [];
  try {
    for (const name of sides) {
      const code = name.startsWith('hello') ? helloSource : workingSource;
      await platform.create(name, code, name.endsWith('-kept') ? { rules: { cache: { ttl: 3600 } } } : {});
    }
    for (let n = 0; n < rounds; n += 1) {
      const measured: Record<string, number> = {};
      for (const name of n % 2 === 0 ? sides : sides.toReversed()) {
        const { perSecond, frontUs, cacheUs } = await measure(platform, name, seconds);
        Object.assign(measured, {
          [name]: perSecond,
          [`${name}FrontUs`]: frontUs,
          [`${name}CacheUs`]: cacheUs,
        });
      }
      raw.push(measured);
      say(`  round ${n + 1}: ${JSON.stringify(measured)}`);
    }
  } finally {
    await platform.destroy();
  }
  const ratio = (name: string): number =>
    round(median(raw.map((values) => (values[`${name}-kept`] ?? 0) / (values[name] ?? Number.NaN))), 2);
  const row = (figure: string, name: string, reach: number): Row => ({
    figure,
    reach: `>= ${reach}`,
    measured: String(ratio(name)),
    reached: ratio(name) >= reach,
    rounds: raw,
  });
  return [
    row('hits of the cache a second / calls of a function that does nothing', 'hello', 0.6),
    row('hits of the cache a second / calls of a function that computes', 'working', 2),
  ];
}
