// What a split costs a request: CPU time of the fronts for a function with one live version, with two by chance, with
// two for a visitor whose cookie is known, and with two for one who comes without. Two instances have the requests
// each time: with one, connections are used better, and the difference would not be the choice's. The deployments are
// written straight into the store.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VersionId } from '../../../control/model/ids.ts';
import type { Sticky } from '../../../control/model/sticky.ts';
import { noDetails } from '../../../control/model/version.ts';
import { cpuTimeMs } from '../../../control/resources/process-usage.ts';
import { openDataDir } from '../../../control/store/data-dir.ts';
import { newDeploymentId } from '../../../control/store/new-id.ts';
import { openStore } from '../../../control/store/store.ts';
import { TestPlatform } from '../../support/test-platform.ts';
import { type BenchOptions, type Row, round } from '../row.ts';
import { helloSource } from '../sides.ts';
import { median } from '../statistics.ts';
import { wrk } from '../wrk.ts';

const connections = 32;

interface Variant {
  readonly name: string;
  readonly sticky: Sticky;
  readonly splits: boolean;
  /** Of each version. */
  readonly instances: number;
  readonly headers: Readonly<Record<string, string>>;
}
const visitor = `__selvedge_visitor=${'0123456789abcdef'.repeat(2)}`;
const variants: readonly Variant[] = [
  { name: 'one', sticky: { by: 'random' }, splits: false, instances: 2, headers: {} },
  { name: 'chance', sticky: { by: 'random' }, splits: true, instances: 1, headers: {} },
  { name: 'known', sticky: { by: 'cookie' }, splits: true, instances: 2, headers: { cookie: visitor } },
  { name: 'new', sticky: { by: 'cookie' }, splits: true, instances: 1, headers: {} },
];

/** Each variant's function has two versions, of which one is live. */
async function prepare(platform: TestPlatform): Promise<void> {
  await platform.start();
  for (const { name, sticky, instances } of variants) {
    await platform.create(name, helloSource, { sticky, scaling: { minInstances: instances } });
    const code = `${helloSource} // again`;
    const { status } = await platform.api('PUT', `/functions/${name}`, { code, deploy: false });
    if (status !== 200) throw new Error(`a second version of ${name} was answered with ${status}`);
  }
  await platform.end('SIGTERM');
  await divide(platform.dataDir);
  await platform.start();
}

async function divide(dataDir: string): Promise<void> {
  const dir = openDataDir(dataDir);
  const store = await openStore(dir);
  for (const record of await store.functions.all()) {
    if (!variants.some(({ name, splits }) => splits && name === record.name)) continue;
    const ids = (await store.versions.newestIds(2)).get(record.id) ?? [];
    await store.deployments.insert({
      id: newDeploymentId(),
      functionId: record.id,
      versions: ids.map((version: VersionId) => ({ version, shareBp: 5_000 })),
      details: noDetails,
      createdAt: record.createdAt,
    });
  }
  await store.close();
  dir.close();
}

/** Microseconds of both fronts for a request. */
async function frontCpu(platform: TestPlatform, variant: Variant, seconds: number): Promise<number> {
  const fronts = platform.processes().filter(({ kind }) => kind === 'front');
  const spent = (): number => fronts.reduce((sum, { pid }) => sum + (cpuTimeMs(pid) ?? Number.NaN), 0);
  const load = {
    url: `http://127.0.0.1:${platform.edgePort}/`,
    host: `${variant.name}.localhost`,
    ...{ headers: variant.headers, directory: platform.dataDir, connections },
  };
  await wrk({ ...load, seconds: 1 });
  const before = spent();
  const { requestsPerSecond, errors } = await wrk({ ...load, seconds });
  if (errors > 0) throw new Error(`${variant.name}: ${errors} requests failed`);
  return ((spent() - before) * 1000) / (requestsPerSecond * seconds);
}

export async function splitRows({ rounds, seconds, say }: BenchOptions): Promise<Row[]> {
  const platform = new TestPlatform(mkdtempSync(join(tmpdir(), 'slvb-')), {});
  const raw: Record<string, number>[] = [];
  try {
    await prepare(platform);
    for (let n = 0; n < rounds; n += 1) {
      const measured: Record<string, number> = {};
      for (const variant of n % 2 === 0 ? variants : variants.toReversed())
        measured[`${variant.name}FrontUs`] = round(await frontCpu(platform, variant, seconds), 1);
      raw.push(measured);
      say(`  round ${n + 1}: ${JSON.stringify(measured)}`);
    }
  } finally {
    await platform.destroy();
  }
  const added = (name: string): number =>
    round(median(raw.map((values) => (values[`${name}FrontUs`] ?? 0) - (values.oneFrontUs ?? 0))), 1);
  const row = (figure: string, name: string, reachUs: number): Row => ({
    figure: `front CPU that ${figure} adds to a request`,
    reach: `<= ${reachUs} us`,
    measured: `${added(name)} us`,
    reached: added(name) <= reachUs,
    rounds: raw,
  });
  return [
    row('a split by chance', 'chance', 5),
    row('a split by a known cookie', 'known', 15),
    row('a split that sets a cookie', 'new', 40),
  ];
}
