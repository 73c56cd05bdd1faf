// A program for tests: opens the data directory it is given, says "open", then deploys one small function
// after the other and prints the id of each once everything about it was acknowledged. It runs until killed,
// or kills itself before the step that its second argument counts, be it in the midst of a transaction.

import { writeSync } from 'node:fs';
import type { VersionId } from '../../control/model/ids.ts';
import { noAnnotations, noDetails } from '../../control/model/version.ts';
import { Bundles, hashBundle } from '../../control/store/bundles.ts';
import { openDataDir } from '../../control/store/data-dir.ts';
import { newDeploymentId } from '../../control/store/new-id.ts';
import { openStore } from '../../control/store/store.ts';
import { openLogStore } from '../../control/telemetry/log-store.ts';
import { functionRecord } from './function-record.ts';

const say = (line: string): unknown => writeSync(process.stdout.fd, `${line}\n`);

const stepsMax = Number(process.argv[3] ?? Number.POSITIVE_INFINITY);
let steps = 0;
function step(): void {
  steps += 1;
  if (steps > stepsMax) process.kill(process.pid, 'SIGKILL');
}

const dataDir = openDataDir(String(process.argv[2]));
const store = await openStore(dataDir);
const logs = openLogStore(dataDir);
const bundles = new Bundles(dataDir);
say('open');

for (;;) {
  const draft = functionRecord();
  const bytes = new TextEncoder().encode(`bundle of ${draft.id}`);
  const bundle = hashBundle(bytes);
  const version = bundle as string as VersionId;
  const { id, createdAt } = draft;
  step();
  await bundles.put(bundle, bytes);
  step();
  await store.transaction(async (within) => {
    await within.functions.insert({ ...draft, name: id.replace('_', '-') });
    step();
    await within.versions.put({
      ...{ id: version, functionId: id, bundle, convention: 'module', buildLogs: [], createdAt },
      ...{ annotations: noAnnotations, signature: null, audit: null },
      settings: {
        compatibilityDate: '2026-11-01',
        compatibilityFlags: [],
        memory: 128,
        concurrency: 100,
        waitUntilTimeout: 30,
        egress: 'public',
        env: [],
        bindings: [],
        assets: null,
      },
    });
    step();
    await within.deployments.insert({
      ...{ id: newDeploymentId(), functionId: id, createdAt },
      versions: [{ version, shareBp: 10_000 }],
      details: noDetails,
    });
    step();
    await within.functions.update(id, { activeVersion: version, status: 'deployed', updatedAt: createdAt });
    step();
  });
  step();
  logs.insert([
    {
      ...{ functionId: id, kind: 'console', level: 'log', message: 'deployed', version },
      ...{ time: createdAt, requestId: null },
    },
  ]);
  step();
  say(id);
}
