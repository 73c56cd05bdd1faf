// `npm run test:chaos`: kills one part of the platform after the other, every two seconds, under honest load, and
// counts the requests that failed. Fails when a part broke its promise. See docs/faults.md.
//
//   npm run test:chaos -- [--part control,front,instance,outbound,cache,pool] [--seconds n] [--json file]

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ask } from '../faults/attack/ask.ts';
import { openCanary } from '../faults/attack/canary.ts';
import { honestFunctions } from '../faults/load/honest-functions.ts';
import { startWorld } from '../faults/load/start-world.ts';
import type { Failure } from './failure.ts';
import { callerFunction, coldFunction, keptFunction, parts, tellingFunction } from './parts.ts';
import { type PartResult, runPart } from './run-part.ts';

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: parts.map(({ name }) => name).join(',') },
    seconds: { type: 'string', default: '60' },
    json: { type: 'string' },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const wanted = values.part.split(',');
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  throw new Error(`--part ${unknown.join(',')}: there are ${parts.map(({ name }) => name).join(', ')}`);
}
const durationMs = Number(values.seconds) * 1000;
if (!(durationMs >= 2000)) throw new Error(`--seconds ${values.seconds}: must be 2 or more`);

const origin = await openCanary();
const results: PartResult[] = [];
try {
  await killEach();
} finally {
  await origin.close();
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
}
process.exitCode = results.every(holds) ? 0 : 1;

async function killEach(): Promise<void> {
  const caller = callerFunction(origin.port);
  const { platform, load, stop } = await startWorld(say, async (platform) => {
    for (const { name, code, settings } of [coldFunction, tellingFunction, keptFunction]) {
      await platform.create(name, code, settings);
    }
    // Right is whatever the call came to before anything was killed.
    await platform.create(caller.name, caller.code, caller.settings);
    const { text } = await ask({ port: platform.edgePort, name: caller.name });
    return [{ ...caller, expected: text }, keptFunction];
  });
  try {
    const names = [...honestFunctions, caller, keptFunction].map(({ name }) => name);
    say(
      '| part | kills | requests | failed GET | failed POST | how | longest gap | what may fail | promise |',
    );
    say('|---|---|---|---|---|---|---|---|---|');
    for (const part of parts.filter(({ name }) => wanted.includes(name))) {
      const result = await runPart(platform, load, names, part, durationMs);
      results.push(result);
      say(row(result));
    }
  } finally {
    await stop();
  }
}

function holds({ afterwards, broken, wellAgain }: PartResult): boolean {
  return broken.length === 0 && afterwards.length === 0 && wellAgain;
}

function row(result: PartResult): string {
  const { afterwards, broken, failures, kills, longestGapMs, part, promise, requests, wellAgain } = result;
  const of = (wantedMethod: string): number =>
    failures.filter(({ method }) => method === wantedMethod).length;
  const verdict = [
    ...(broken.length > 0 ? [`BROKEN by ${broken.length}: ${kinds(broken)}`] : []),
    ...(afterwards.length > 0 ? [`BROKEN: ${afterwards.join(', ')}`] : []),
    ...(wellAgain ? [] : ['BROKEN: the platform is not well again']),
  ];
  const cells = [
    ...[part, kills, requests, of('GET'), of('POST'), kinds(failures) || '-'],
    ...[`${Math.round(longestGapMs)} ms`, promise, verdict.join('; ') || 'holds'],
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Such as `3 × reset (held, in flight)`. */
function kinds(failures: readonly Failure[]): string {
  const counts = new Map<string, number>();
  for (const { connection, fault, inFlight, method } of failures) {
    const kind = `${method} ${fault} (${connection}${inFlight ? ', in flight' : ''})`;
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return [...counts].map(([kind, count]) => `${count} × ${kind}`).join(', ');
}
