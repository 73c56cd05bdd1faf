// `npm run bench`: every claim about speed and size, measured here and now. Both sides of a comparison run in
// one run, each in fresh processes, in an order that alternates; raw rounds and medians are printed.
//
//   npm run bench -- [--json file] [--rounds n] [--seconds n] [--only throughput,cold,deploy,rollback,memory,many,split,routes,ip-lists,limiter,rules,cache,tls]

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { BenchOptions, Row } from './row.ts';
import { cacheRows } from './rows/cache.ts';
import { coldStartRow } from './rows/cold-start.ts';
import { deployRow } from './rows/deploy.ts';
import { ipListsRow } from './rows/ip-lists.ts';
import { limiterRow } from './rows/limiter.ts';
import { manyFunctionsRows } from './rows/many-functions.ts';
import { memoryRow } from './rows/memory.ts';
import { rollbackRow } from './rows/rollback.ts';
import { routesRow } from './rows/routes.ts';
import { rulesRows } from './rows/rules.ts';
import { splitRows } from './rows/split.ts';
import { throughputRows } from './rows/throughput.ts';
import { tlsRow } from './rows/tls.ts';

const parts: Readonly<Record<string, (options: BenchOptions) => Promise<Row | Row[]>>> = {
  throughput: throughputRows,
  cold: coldStartRow,
  deploy: deployRow,
  rollback: rollbackRow,
  memory: memoryRow,
  many: manyFunctionsRows,
  split: splitRows,
  limiter: limiterRow,
  rules: rulesRows,
  routes: routesRow,
  cache: cacheRows,
  'ip-lists': ipListsRow,
  tls: tlsRow,
};

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '4' },
    only: { type: 'string', default: Object.keys(parts).join(',') },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}, Node ${process.version}`;

execFileSync('sh', [join(import.meta.dirname, '../../scripts/system-packages.sh'), 'wrk:wrk'], {
  stdio: 'inherit',
});
say(`machine: ${machine}`);
const rows: Row[] = [];
for (const name of values.only.split(',')) {
  const part = parts[name];
  if (!part) throw new Error(`--only ${name}: there are ${Object.keys(parts).join(', ')}`);
  say(`${name}:`);
  rows.push(...[await part({ rounds: Number(values.rounds), seconds: Number(values.seconds), say })].flat());
}
say('');
say('| figure | reach | measured | |');
say('|---|---|---|---|');
for (const { figure, reach, measured, reached } of rows) {
  say(`| ${figure} | ${reach} | ${measured} | ${reached ? 'reached' : 'NOT reached'} |`);
}
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ machine, at: new Date().toISOString(), rows }, null, 2)}\n`);
