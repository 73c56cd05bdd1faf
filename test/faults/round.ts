// One fault, from its deploy to its last trace: what the offender got, what honest visitors noticed, and which
// promises were broken. A round that broke one is told as it was; it is not run again.

import { readFileSync } from 'node:fs';
import type { TestPlatform } from '../support/test-platform.ts';
import { waitFor } from '../support/wait-for.ts';
import { ask } from './attack/ask.ts';
import { type Canary, openCanary } from './attack/canary.ts';
import { pause } from './attack/requests.ts';
import type { Fault, Scene } from './fault.ts';
import { readHandler } from './handlers.ts';
import { type Inventory, isSettled, leftovers, takeInventory } from './inventory.ts';
import { type Figures, type HonestLoad, now } from './load/honest-load.ts';
import { Tally } from './tally.ts';

/** Honest visitors may notice so much of a fault: three times what they had, or this if it is more. */
const p99FactorMax = 3;
const p99FloorMs = 25;
/** Within this long after the attack the platform must be well again. */
const wellAgainMs = 5000;
/** Within this long after the function was deleted nothing of it may be left: its requests, a drain and a kill. */
const goneMs = 20_000;

/** What a front, the outbound or control may have grown by when the attack ends: what waits there is all their own. */
const trustedGrowthBytesMax = 256 * 1024 * 1024;

export interface World {
  readonly platform: TestPlatform;
  readonly load: HonestLoad;
  readonly beforeMs: number;
  readonly attackMs: number;
}

export interface Round {
  readonly fault: string;
  readonly offender: Readonly<Record<string, number>>;
  readonly offenderSlowestMs: number;
  /** What one request with `?ok` got right after. */
  readonly after: string | null;
  readonly before: Figures;
  readonly during: Figures;
  /** From the deploy to the last trace, and so more than before and during. */
  readonly whole: Figures;
  readonly p99LimitMs: number;
  /** Empty when every promise was kept. */
  readonly broken: readonly string[];
}

export async function runRound(world: World, fault: Fault): Promise<Round> {
  const canary = await openCanary();
  try {
    return await runAgainst(world, fault, canary);
  } finally {
    await canary.close();
  }
}

async function runAgainst(world: World, fault: Fault, canary: Canary): Promise<Round> {
  const { platform, load, beforeMs, attackMs } = world;
  // What is spawned later to fill the pool would be taken for a leftover.
  await waitFor('a full pool', () => isSettled(platform));
  const inventory = takeInventory(platform, load.pid);
  const startedAt = now();
  const source = readHandler(fault);
  const settings = typeof fault.settings === 'function' ? fault.settings(canary) : fault.settings;
  if (!fault.deploys) await platform.create(fault.name, source, settings);

  const quietFrom = now();
  await pause(beforeMs);
  const attackFrom = now();
  const scene: Scene = {
    ...{ platform, name: fault.name, source, canary, tally: new Tally() },
    until: Date.now() + attackMs,
  };
  const memoryBefore = trustedMemory(platform);
  await fault.drive(scene);
  const attackTo = attackFrom + attackMs;
  const memoryAfter = trustedMemory(platform);

  const after = fault.after === null ? null : await okAnswer(scene);
  const broken = [
    ...offenderFaults(fault, scene.tally, after),
    ...growth(memoryBefore, memoryAfter),
    ...(await instanceFaults(fault, scene)),
    ...(await sceneFaults(fault, scene)),
    ...(await cleanUp(world, scene, inventory)),
  ];
  const endedAt = now();
  const before = await load.figures(quietFrom, attackFrom);
  const during = await load.figures(attackFrom, attackTo);
  const whole = await load.figures(startedAt, endedAt);
  load.forgetBefore(endedAt);
  const p99LimitMs = Math.max(p99FactorMax * before.p99Ms, p99FloorMs);
  if (whole.failed > 0) broken.unshift(`${whole.failed} honest requests failed`);
  // Also true when nothing was answered, and there is no p99.
  if (!(during.p99Ms <= p99LimitMs)) broken.unshift(`honest p99 above ${p99LimitMs.toFixed(0)} ms`);
  return {
    fault: fault.name,
    offender: Object.fromEntries(scene.tally.counts),
    offenderSlowestMs: scene.tally.slowestMs,
    ...{ after, before, during, whole, p99LimitMs, broken },
  };
}

/** Bytes of the processes that all functions share, by pid. */
function trustedMemory(platform: TestPlatform): Map<number, { name: string; bytes: number }> {
  const shared = platform.processes().filter(({ kind }) => kind !== 'instance');
  const all = [
    ...shared.map(({ kind, pid }) => ({ name: kind, pid })),
    { name: 'control', pid: platform.pid },
  ];
  return new Map(all.map(({ name, pid }) => [pid, { name, bytes: residentBytes(pid) }]));
}

function growth(before: ReturnType<typeof trustedMemory>, after: ReturnType<typeof trustedMemory>): string[] {
  return [...after].flatMap(([pid, { bytes, name }]) => {
    const grown = bytes - (before.get(pid)?.bytes ?? 0);
    return grown > trustedGrowthBytesMax ? [`${name} grew by ${Math.round(grown / 2 ** 20)} MiB`] : [];
  });
}

async function okAnswer({ platform, name }: Scene): Promise<string> {
  return (await ask({ port: platform.edgePort, name, path: '/?ok' })).what;
}

function offenderFaults(fault: Fault, tally: Tally, after: string | null): string[] {
  const { gets, must, withinMs } = fault;
  const unexpected = [...tally.counts.keys()].filter((what) => !gets.includes(what));
  const broken = unexpected.map((what) => `the offender got ${what}`);
  if (tally.counts.size === 0) broken.push('the offender got nothing');
  if (must !== undefined && !tally.counts.has(must)) broken.push(`the offender never got ${must}`);
  if (withinMs !== undefined && tally.slowestMs > withinMs) {
    broken.push(`an answer took ${Math.round(tally.slowestMs)} ms of ${withinMs}`);
  }
  const allowed = fault.after ?? ['200'];
  if (after !== null && !allowed.includes(after)) broken.push(`the next request got ${after}`);
  return broken;
}

/** More instances than a function may have would take what is another's. */
async function instanceFaults(fault: Fault, { platform, name }: Scene): Promise<string[]> {
  if (fault.deploys) return [];
  const { body } = await platform.api<{ id: string; scaling: { maxInstances: number } }>(
    'GET',
    `/functions/${name}`,
  );
  const ready = instancesOf(platform, body.id).filter(({ instance }) => instance?.state === 'ready');
  const most = body.scaling.maxInstances;
  return ready.length > most ? [`${ready.length} instances, and ${most} are allowed`] : [];
}

async function sceneFaults(fault: Fault, scene: Scene): Promise<string[]> {
  const { platform, name } = scene;
  const broken: string[] = [];
  if (fault.log) {
    const { body } = await platform.api<{ logs?: { message: string }[] }>('GET', `/functions/${name}/logs`);
    if (!body.logs?.some(({ message }) => fault.log?.test(message)))
      broken.push(`no log line like ${fault.log}`);
  }
  const wrong = await fault.verify?.(scene);
  return wrong === undefined ? broken : [...broken, wrong];
}

/**
 * Deletes the function and waits until the platform is well and nothing of the fault is left. What is left all the
 * same is told, and ended, so that the next fault has figures of its own.
 */
async function cleanUp({ platform, load }: World, scene: Scene, inventory: Inventory): Promise<string[]> {
  const broken: string[] = [];
  await waitFor('a healthy platform', () => isWell(platform), wellAgainMs).catch(() =>
    broken.push('/health is not ok'),
  );
  const { body } = await platform.api<{ id?: string }>('GET', `/functions/${scene.name}`);
  await platform.api('DELETE', `/functions/${scene.name}`);
  let left: string[] = [];
  const clean = (): boolean => {
    left = leftovers(inventory, takeInventory(platform, load.pid));
    return left.length === 0;
  };
  await waitFor('nothing to be left over', clean, goneMs).catch(async () => {
    broken.push(...left);
    if (body.id !== undefined) endInstances(platform, body.id);
    await waitFor('what was left over to end', clean, wellAgainMs).catch(() => undefined); // Told above.
  });
  return broken;
}

/** After a round that could not be run. Rejects when control is gone, and with it any use of another round. */
export async function endRemains(platform: TestPlatform, { name }: Fault): Promise<void> {
  const { body } = await platform.api<{ id?: string }>('GET', `/functions/${name}`);
  await platform.api('DELETE', `/functions/${name}`);
  if (body.id !== undefined) endInstances(platform, body.id);
}

function endInstances(platform: TestPlatform, functionId: string): void {
  for (const { pid } of instancesOf(platform, functionId)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

interface InstanceRecord {
  readonly pid: number;
  readonly instance?: { readonly function: string; readonly state: string };
}

const instancesOf = (platform: TestPlatform, functionId: string): InstanceRecord[] =>
  (platform.processes() as readonly InstanceRecord[]).filter(
    ({ instance }) => instance?.function === functionId,
  );

async function isWell(platform: TestPlatform): Promise<boolean> {
  const { body } = await platform.api<{ status: string }>('GET', '/health');
  return body.status === 'ok';
}

/** Zero for a process that is gone. */
function residentBytes(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]) * 4096;
  } catch {
    return 0;
  }
}
