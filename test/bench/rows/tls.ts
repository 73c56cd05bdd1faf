// What HTTPS costs: the same function by HTTP, straight at the fronts, and by HTTPS, through the TLS door. CPU time of
// the door for each request is what the door adds; the rest of the path is the same.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuTimeMs } from '../../../control/resources/process-usage.ts';
import { makeCertificate, placePair } from '../../support/make-certificate.ts';
import { type BenchOptions, type Row, round } from '../row.ts';
import { helloSource, startPlatform } from '../sides.ts';
import { median } from '../statistics.ts';
import { wrk } from '../wrk.ts';

const connections = 32;
/** CPU of the door for a request, on the machine that the project is made on. */
const reachUs = 150;

export async function tlsRow({ rounds, seconds, say }: BenchOptions): Promise<Row> {
  const certs = mkdtempSync(join(tmpdir(), 'slvb-certs-'));
  placePair(certs, 'hello', makeCertificate({ names: ['hello.localhost'] }));
  const platform = await startPlatform({ SELVEDGE_TLS: '127.0.0.1:0', SELVEDGE_TLS_CERTS: certs });
  try {
    await platform.create('hello', helloSource, { scaling: { minInstances: 2 } });
    const port = Number(/https +https:\S+:(\d+)/.exec(platform.output)?.[1]);
    const door = platform.processes().find(({ kind }) => kind === 'tls')?.pid ?? 0;
    const urls = { http: `http://127.0.0.1:${platform.edgePort}/`, https: `https://127.0.0.1:${port}/` };
    const measured: Record<string, number>[] = [];
    const load = { host: 'hello.localhost', connections, seconds, directory: platform.dataDir };
    for (let at = 0; at < rounds; at += 1) {
      const result: Record<string, number> = {};
      for (const name of at % 2 === 0 ? (['http', 'https'] as const) : (['https', 'http'] as const)) {
        const before = cpuTimeMs(door) ?? 0;
        const { requestsPerSecond, p50Ms, p99Ms, errors } = await wrk({ ...load, url: urls[name] });
        if (errors > 0) throw new Error(`${errors} requests by ${name} failed`);
        result[name] = Math.round(requestsPerSecond);
        result[`${name}P50Ms`] = round(p50Ms);
        result[`${name}P99Ms`] = round(p99Ms);
        if (name === 'https')
          result.doorUs = round(
            (((cpuTimeMs(door) ?? 0) - before) * 1000) / (requestsPerSecond * seconds),
            1,
          );
      }
      say(`  round ${at + 1}: ${JSON.stringify(result)}`);
      measured.push(result);
    }
    const of = (key: string): number => median(measured.map((result) => result[key] ?? 0));
    return {
      figure: 'the TLS door, CPU for each request of a kept connection',
      reach: `≤ ${reachUs} µs`,
      measured: `${of('doorUs')} µs; ${of('https')} req/s by HTTPS (p50 ${of('httpsP50Ms')} ms), ${of('http')} by HTTP (p50 ${of('httpP50Ms')} ms)`,
      reached: of('doorUs') <= reachUs,
      rounds: measured,
    };
  } finally {
    await platform.destroy();
    rmSync(certs, { recursive: true, force: true });
  }
}
