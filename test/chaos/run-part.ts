// Kills one part every two seconds under load, and tells what visitors noticed.

import { pause } from '../faults/attack/requests.ts';
import { connectionsTo, portsOf } from '../faults/inventory.ts';
import { type HonestLoad, now } from '../faults/load/honest-load.ts';
import type { Sample } from '../faults/load/protocol.ts';
import type { TestPlatform } from '../support/test-platform.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Failure, type Kill, toFailure } from './failure.ts';
import { asPromised, type Part } from './part.ts';

const killEveryMs = 2000;
const wellAgainMs = 30_000;

export interface PartResult {
  readonly part: string;
  readonly promise: string;
  readonly kills: number;
  readonly requests: number;
  readonly failures: readonly Failure[];
  /** Those that the promise does not allow. */
  readonly broken: readonly Failure[];
  /** What was found after a kill in place of what is promised. */
  readonly afterwards: readonly string[];
  /** The longest that one function had no right answer. */
  readonly longestGapMs: number;
  readonly wellAgain: boolean;
}

export async function runPart(
  platform: TestPlatform,
  load: HonestLoad,
  functions: readonly string[],
  part: Part,
  durationMs: number,
): Promise<PartResult> {
  const startedAt = now();
  const kills: Kill[] = [];
  const afterwards: string[] = [];
  for (let turn = 0; now() < startedAt + durationMs; turn += 1) {
    const nextAt = now() + killEveryMs;
    await strike(platform, part, turn, kills);
    const got = await part.afterwards?.(platform, turn);
    if (got !== undefined && got !== asPromised) afterwards.push(got);
    await pause(Math.max(0, nextAt - now()));
  }
  const wellAgain = await waitFor('a healthy platform', () => isWell(platform), wellAgainMs).catch(
    () => false,
  );
  const samples = await load.samples(startedAt, now());
  const failures = samples
    .filter(failed)
    .map((sample) =>
      toFailure(sample, { function: functions[sample.function] ?? '', method: load.method(sample) }, kills),
    );
  return {
    part: part.name,
    promise: part.promise,
    kills: kills.length,
    requests: samples.length,
    failures,
    broken: failures.filter((failure) => !part.allows(failure)),
    afterwards,
    longestGapMs: longestGap(samples, functions.length),
    wellAgain,
  };
}

const failed = (sample: Sample): sample is Sample & { readonly fault: string } => sample.fault !== undefined;

/** Adds to `kills` unless there was nothing to kill. */
async function strike(platform: TestPlatform, part: Part, turn: number, kills: Kill[]): Promise<void> {
  const victims = part.victims(platform, turn);
  if (part.strike) {
    kills.push({ at: now(), held: new Set() });
    await part.strike(platform, turn);
    return;
  }
  const connections = connectionsTo(platform.edgePort, 'local');
  const held = new Set(victims.flatMap((pid) => [...heldBy(pid, connections)]));
  const at = now();
  const killed = victims.filter(kill);
  if (killed.length > 0) kills.push({ at, held });
}

function heldBy(pid: number, connections: ReturnType<typeof connectionsTo>): Set<number> {
  try {
    return portsOf(pid, connections);
  } catch {
    return new Set(); // It has ended since it was looked up.
  }
}

function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

function longestGap(samples: readonly Sample[], functions: number): number {
  const gaps = Array.from({ length: functions }, (_, index) => {
    const ends = samples
      .filter((sample) => sample.function === index && !failed(sample))
      .map(({ dueAt, latencyMs }) => dueAt + latencyMs)
      .sort((a, b) => a - b);
    return ends.slice(1).reduce((longest, end, i) => Math.max(longest, end - (ends[i] ?? end)), 0);
  });
  return Math.max(...gaps);
}

async function isWell(platform: TestPlatform): Promise<boolean> {
  const [health, ready] = await Promise.all([
    platform.api<{ status: string }>('GET', '/health'),
    platform.api('GET', '/ready'),
  ]);
  return health.body.status === 'ok' && ready.status === 200;
}
