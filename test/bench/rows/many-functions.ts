// Ten thousand registered functions: how long the platform takes to start with them, and what they add to the
// latency of one. They are written straight into the store, which is what a year of deploys would have left.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FunctionRecord, VersionRecord } from '../../../control/model/function.ts';
import { noDetails } from '../../../control/model/version.ts';
import { openDataDir } from '../../../control/store/data-dir.ts';
import { newDeploymentId, newFunctionId } from '../../../control/store/new-id.ts';
import { openStore } from '../../../control/store/store.ts';
import { TestPlatform } from '../../support/test-platform.ts';
import { type BenchOptions, type Row, round } from '../row.ts';
import { helloSource } from '../sides.ts';
import { median } from '../statistics.ts';
import { wrk } from '../wrk.ts';

const functions = 10_000;

/** Copies the one function that there is, with its version and deployment. */
async function register(dataDir: string, count: number): Promise<void> {
  const dir = openDataDir(dataDir);
  const store = await openStore(dir);
  const [sample] = await store.functions.all();
  if (!sample) throw new Error('there is no function to copy');
  const version = (await store.versions.get(
    sample.id,
    sample.activeVersion as VersionRecord['id'],
  )) as VersionRecord;
  await store.transaction(async (tx) => {
    for (let i = 0; i < count; i += 1) {
      const record: FunctionRecord = { ...sample, id: newFunctionId(), name: `many-${i}` };
      await tx.functions.insert(record);
      await tx.versions.put({ ...version, functionId: record.id });
      await tx.deployments.insert({
        id: newDeploymentId(),
        functionId: record.id,
        versions: [{ version: version.id, shareBp: 10_000 }],
        details: noDetails,
        createdAt: record.createdAt,
      });
    }
  });
  await store.close();
  dir.close();
}

async function p50(platform: TestPlatform, seconds: number): Promise<number> {
  const load = {
    url: `http://127.0.0.1:${platform.edgePort}/`,
    host: 'hello.localhost',
    directory: platform.dataDir,
  };
  await wrk({ ...load, connections: 1, seconds: 1 });
  return (await wrk({ ...load, connections: 1, seconds })).p50Ms;
}

export async function manyFunctionsRows({ rounds, seconds, say }: BenchOptions): Promise<Row[]> {
  const few = new TestPlatform(mkdtempSync(join(tmpdir(), 'slvb-')), {});
  const many = new TestPlatform(mkdtempSync(join(tmpdir(), 'slvb-')), {});
  const raw: Record<string, number>[] = [];
  try {
    for (const platform of [few, many]) {
      await platform.start();
      await platform.create('hello', helloSource);
      await platform.end('SIGTERM');
    }
    await register(many.dataDir, functions);
    for (let n = 0; n < rounds; n += 1) {
      const seen = new Map<TestPlatform, { startMs: number; p50Ms: number }>();
      for (const platform of n % 2 === 0 ? [few, many] : [many, few]) {
        const startedAt = performance.now();
        await platform.start();
        const startMs = performance.now() - startedAt;
        seen.set(platform, { startMs, p50Ms: await p50(platform, seconds) });
        await platform.end('SIGTERM');
      }
      const [one, lots] = [seen.get(few), seen.get(many)];
      raw.push({
        startOneMs: round(one?.startMs ?? 0, 0),
        startManyMs: round(lots?.startMs ?? 0, 0),
        p50OneMs: round(one?.p50Ms ?? 0, 3),
        p50ManyMs: round(lots?.p50Ms ?? 0, 3),
        addedPercent: round(((lots?.p50Ms ?? 0) / (one?.p50Ms ?? 1) - 1) * 100, 1),
      });
      say(`  round ${n + 1}: ${JSON.stringify(raw.at(-1))}`);
    }
  } finally {
    await Promise.all([few.destroy(), many.destroy()]);
  }
  const start = round(median(raw.map(({ startManyMs = 0 }) => startManyMs)) / 1000);
  const added = median(raw.map(({ addedPercent = 0 }) => addedPercent));
  return [
    {
      figure: `${functions} functions: start of the platform`,
      reach: '<= 5 s',
      measured: `${start} s`,
      reached: start <= 5,
      rounds: raw,
    },
    {
      figure: `${functions} functions: added p50 of routing`,
      reach: '<= 10 %',
      measured: `${added} %`,
      reached: added <= 10,
      rounds: raw,
    },
  ];
}
