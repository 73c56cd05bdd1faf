// `npm run test:fuzz`: bad input by machine, against a real platform of its own.
//
//   npm run test:fuzz -- [--seed n] [--only schemathesis,api,edge] [--schemathesis n] [--api n] [--edge n]
//
// The numbers say how many requests (of edge: connections) a part makes. The same seed makes the same requests.

import { parseArgs } from 'node:util';
import { apiPart } from './api.ts';
import { edgePart } from './edge.ts';
import { FuzzPlatform } from './fuzz-platform.ts';
import type { Part, Report } from './report.ts';
import { schemathesisPart } from './schemathesis.ts';

const parts: Readonly<Record<string, Part>> = {
  schemathesis: schemathesisPart,
  api: apiPart,
  edge: edgePart,
};
/** Failures of a part that are shown: one fault has many faces. */
const shownMax = 10;
/** What control and a front may grow by in a part, in MB: caches fill, and a heap is collected when it must be. */
const growthMaxMb = 400;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    only: { type: 'string', default: Object.keys(parts).join(',') },
    schemathesis: { type: 'string', default: '10000' },
    api: { type: 'string', default: '4000' },
    edge: { type: 'string', default: '4000' },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const seed = Number(values.seed ?? Math.trunc(Math.random() * 1e9));

/** On a platform of its own: what one part deletes, another would miss. */
async function runPart(name: string): Promise<number> {
  const part = parts[name];
  if (!part) throw new Error(`--only ${name}: there are ${Object.keys(parts).join(', ')}`);
  say(`${name}:`);
  const fuzz = new FuzzPlatform();
  try {
    await fuzz.start();
    return await measure(fuzz, name, part);
  } finally {
    await fuzz.platform.destroy();
  }
}

async function measure(fuzz: FuzzPlatform, name: string, part: Part): Promise<number> {
  const started = Date.now();
  const before = fuzz.memory();
  const report = await part(fuzz, { seed, say, cases: Number(values[name as 'api']) });
  const replaced = fuzz.replaced();
  if (replaced.length > 0) fail(report, `processes that ended: ${replaced.join(', ')}`);
  const after = replaced.length > 0 ? before : fuzz.memory();
  for (const process of ['control', 'front'] as const) {
    const grown = after[process] - before[process];
    if (grown > growthMaxMb) fail(report, `${process} grew by ${grown} MB, from ${before[process]} MB`);
  }
  for (const line of fuzz.platform.output.split('\n')) {
    if (line.includes('"code":"SYS_001"')) fail(report, `control wrote ${line.slice(0, 1000)}`);
  }
  const statuses = [...report.statuses]
    .sort(([a], [b]) => a - b)
    .map(([status, count]) => `${status}: ${count}`);
  say(`  ${report.sent} requests in ${Math.round((Date.now() - started) / 1000)} s; ${statuses.join(', ')}`);
  say(`  control ${before.control} → ${after.control} MB, front ${before.front} → ${after.front} MB`);
  for (const { what, reproduce } of report.failures.slice(0, shownMax))
    say(`  FAILED ${what}\n    ${reproduce}`);
  const more = report.failures.length - shownMax;
  if (more > 0) say(`  and ${more} failures more`);
  return report.failures.length;
}

const fail = (report: Report, what: string): void => void report.failures.push({ what, reproduce: '' });

say(`seed: ${seed}  (the same run again: npm run test:fuzz -- --seed ${seed} --only ${values.only})`);
let failures = 0;
for (const name of values.only.split(',')) failures += await runPart(name);
say(failures === 0 ? 'fuzz: nothing found' : `fuzz: ${failures} failures`);
process.exitCode = failures === 0 ? 0 : 1;
