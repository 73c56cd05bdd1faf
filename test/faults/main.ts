// `npm run test:faults`: hostile functions, one after the other, against three honest ones under load, on one
// platform. Prints a row for each as it goes, and fails when a promise was broken. See docs/faults.md.
//
//   npm run test:faults -- [--only name,name] [--seconds n] [--json file] [--list]

import { writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { allFaults } from './faults/all.ts';
import { startWorld } from './load/start-world.ts';
import { summary, tableHead, tableRow } from './report.ts';
import { endRemains, type Round, runRound } from './round.ts';

/** Honest load before each fault, which the load during it is compared with. */
const beforeMs = 2500;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seconds: { type: 'string', default: '4' },
    json: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const wanted = values.only?.split(',') ?? allFaults.map(({ name }) => name);
const unknown = wanted.filter((name) => !allFaults.some((fault) => fault.name === name));
if (unknown.length > 0) throw new Error(`--only ${unknown.join(',')}: --list tells which faults there are`);
const attackMs = Number(values.seconds) * 1000;
if (!(attackMs >= 1000)) throw new Error(`--seconds ${values.seconds}: must be 1 or more`);

if (values.list) for (const { name } of allFaults) say(name);
else process.exitCode = (await runAll()) ? 0 : 1;

async function runAll(): Promise<boolean> {
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}, Node ${process.version}`;
  say(`machine: ${machine}`);
  const { platform, load, stop } = await startWorld(say);
  const rounds: Round[] = [];
  /** Such as one whose function could not be deployed: broken, whatever the reason. */
  const notRun: { fault: string; error: string }[] = [];
  let total = { requests: 0, failed: 0 };
  try {
    say(tableHead);
    for (const fault of allFaults.filter(({ name }) => wanted.includes(name))) {
      try {
        const round = await runRound({ platform, load, beforeMs, attackMs }, fault);
        rounds.push(round);
        say(tableRow(round));
      } catch (error) {
        notRun.push({ fault: fault.name, error: String(error) });
        say(`| ${fault.name} | | | | | | the round could not be run: ${String(error)} |`);
        await endRemains(platform, fault);
      }
    }
    total = await load.total();
  } finally {
    await stop();
    if (values.json) {
      const at = new Date().toISOString();
      writeFileSync(values.json, `${JSON.stringify({ machine, at, total, rounds, notRun }, null, 2)}\n`);
    }
  }
  say('');
  say(summary(rounds, total));
  if (notRun.length > 0) say(`Not run: ${notRun.map(({ fault }) => fault).join(', ')}.`);
  return total.failed === 0 && notRun.length === 0 && rounds.every(({ broken }) => broken.length === 0);
}
