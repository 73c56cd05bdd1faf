// Rollouts over the real store and the real deployer, with instances that are only said to run and a clock of our own.

import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { callerOf, owner } from '../../test/support/use-drafts.ts';
import { useStore } from '../../test/support/use-store.ts';
import { OWNER } from '../model/access.ts';
import { createDeploymentSchema } from '../model/deployment.ts';
import type { VersionRecord } from '../model/function.ts';
import type { BundleHash, FunctionId, VersionId } from '../model/ids.ts';
import { startRolloutSchema } from '../model/rollout.ts';
import { noAnnotations } from '../model/version.ts';
import { Catalog } from './catalog.ts';
import { ChangeQueue } from './change-queue.ts';
import { Deployer, type DeployerOptions } from './deployer.ts';
import { Deployments } from './deployments.ts';
import { FunctionWriter, type FunctionWriterOptions } from './function-writer.ts';
import { RolloutWriter } from './rollout-writer.ts';
import { Rollouts } from './rollouts.ts';
import { VersionFigures } from './version-figures.ts';

const begin = Date.parse('2026-11-27T12:00:00.000Z');
const one = 'a'.repeat(64) as VersionId;
const two = 'b'.repeat(64) as VersionId;
const ref = { idOrName: 'hello' };
const ci = callerOf({ ...OWNER, name: 'ci' });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: begin });
  onTestFinished(() => {
    vi.useRealTimers();
  });
});

const version = (id: VersionId, functionId: FunctionId, createdAt: string): VersionRecord => ({
  ...{ id, functionId, bundle: id as string as BundleHash, convention: 'module', buildLogs: [], createdAt },
  settings: {
    ...{ compatibilityDate: '2026-11-01', compatibilityFlags: [], memory: 128, concurrency: 100 },
    ...{ waitUntilTimeout: 30, egress: 'public', env: [], bindings: [], assets: null },
  },
  ...{ annotations: noAnnotations, signature: null, audit: null },
});

async function useRollouts() {
  const store = await useStore();
  const catalog = new Catalog();
  const record = { ...functionRecord(), name: 'hello', project: 'default' };
  await store.functions.insert(record);
  catalog.set({ record, deployment: undefined, versions: [], aliases: new Map() });
  for (const [index, id] of [one, two].entries())
    await store.versions.put(version(id, record.id, new Date(begin - 1000 + index).toISOString()));
  const machine: { failing: string | undefined } = { failing: undefined };
  const fleet = {
    ...{ minimums: new Set(), shareProcessors: () => undefined, forgive: () => undefined },
    instancesOf: () => [{}],
    failing: () => machine.failing,
    keepWarm: vi.fn(),
    activate: vi.fn(async () => undefined),
    settle: vi.fn(),
  };
  const publish = async (): Promise<void> => undefined;
  const queue = new ChangeQueue(catalog);
  const deployer = new Deployer({
    ...{ store, catalog, publish, progress: { set: () => undefined } },
    fleet: fleet as unknown as DeployerOptions['fleet'],
    requirements: { check: async () => undefined },
  } as unknown as DeployerOptions);
  const writer = new FunctionWriter({
    ...{ store, catalog, deployer, publish },
    fleet: fleet as unknown as FunctionWriterOptions['fleet'],
  });
  const deployments = new Deployments({ store, catalog, queue, writer, versions: {} as never });
  const figures = new VersionFigures();
  const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const make = (): Rollouts =>
    new Rollouts({
      ...{ store, queue, figures, log },
      writer: new RolloutWriter({ store, writer }),
      fleet: fleet as unknown as ConstructorParameters<typeof Rollouts>[0]['fleet'],
    });
  const share = (versions: Record<string, number>) =>
    deployments.create(
      owner,
      ref,
      createDeploymentSchema.parse({
        versions: Object.entries(versions).map(([id, percent]) => ({ version: id, share: percent })),
      }),
    );
  await share({ [one]: 100 });
  const live = async () => {
    const newest = await store.deployments.newest(record.id);
    return Object.fromEntries(
      (newest?.versions ?? []).map(({ version: id, shareBp }) => [id[0], shareBp / 100]),
    );
  };
  const details = async () => (await store.deployments.newest(record.id))?.details;
  const counted = (id: VersionId, answered: number, faults = 0): void =>
    figures.counted([
      {
        ...{ function: record.id, version: id, requests: answered, failed: faults, faults, answered },
        histogram: [0, 0, 0, answered],
      },
    ]);
  /** Each second a tick, each of which is waited for. */
  const pass = async (rollouts: Rollouts, seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      vi.setSystemTime(Date.now() + 1000);
      rollouts.tick(Date.now());
      // Its turn, its look at the store and its commit.
      await rollouts.idle();
    }
  };
  return { store, record, make, share, live, details, counted, pass, machine, fleet, log, deployments };
}

const canary = startRolloutSchema.parse({
  ...{ version: two.slice(0, 8), strategy: 'canary', steps: [10, 100], wait_seconds: 5, message: 'careful' },
  guard: { error_rate: { max: 5 }, min_requests: 10 },
});

test('each step is a deployment with the rollout and its reason, and the last one completes it', async () => {
  const { make, live, details, counted, pass, store, record } = await useRollouts();
  const rollouts = make();
  const { record: began } = await rollouts.start(ci, ref, canary);
  expect(await live()).toEqual({ a: 90, b: 10 });
  expect(await details()).toEqual({
    ...{ strategy: 'canary', message: 'careful', author: 'ci', reason: null, rollout: began.id },
  });
  counted(two, 20);
  await pass(rollouts, 5);
  expect(await live()).toEqual({ b: 100 });
  expect(await details()).toMatchObject({
    reason: 'The guard is content: 20 requests, 0 failed, p95 7.8 ms.',
    author: 'the platform itself',
  });
  await pass(rollouts, 5);
  expect((await rollouts.get(owner, ref, began.id)).record.state).toBe('completed');
  const { items } = await store.audit.list({ limit: 10 });
  expect(items.slice(0, 3).map(({ action, actor }) => [action, actor.name])).toEqual([
    ['rollout.end', 'the platform itself'],
    ['rollout.promote', 'the platform itself'],
    ['rollout.start', 'ci'],
  ]);
  expect((await store.functions.get(record.id))?.activeVersion).toBe(two);
});

test('a guard that is not content gives everything back, and the deployment says the figures', async () => {
  const { make, live, details, counted, pass } = await useRollouts();
  const rollouts = make();
  const { record: began } = await rollouts.start(ci, ref, canary);
  counted(two, 20, 7);
  await pass(rollouts, 1);
  expect(await live()).toEqual({ a: 100 });
  const reason = 'Rolled back at step 1: error rate 35 %, at most 5 % (20 requests, 7 failed).';
  expect(await details()).toMatchObject({ reason, rollout: began.id });
  expect((await rollouts.get(owner, ref, began.id)).record).toMatchObject({ state: 'rolled_back', reason });
});

test('a deployment by anybody else ends the rollout in the same commit, and no tick touches it again', async () => {
  const { make, share, live, pass, counted, store } = await useRollouts();
  const rollouts = make();
  const { record: began } = await rollouts.start(ci, ref, canary);
  const other = await share({ [one]: 50, [two]: 50 });
  counted(two, 20, 20);
  await pass(rollouts, 10);
  expect(await live()).toEqual({ a: 50, b: 50 });
  expect((await rollouts.get(owner, ref, began.id)).record).toMatchObject({
    state: 'superseded',
    reason: `Deployment ${other.id} took its place.`,
  });
  expect(await store.rollouts.allGoingOn()).toEqual([]);
  await expect(rollouts.command(ci, ref, began.id, 'promote')).rejects.toMatchObject({
    code: 'FN_006',
    details: { status: 409 },
  });
});

test('a control that starts goes on with the step from its beginning, with a new window', async () => {
  const { make, live, counted, pass } = await useRollouts();
  const before = make();
  await before.start(ci, ref, canary);
  counted(two, 9, 9);
  await pass(before, 4);
  const after = make();
  await after.load();
  counted(two, 9);
  await pass(after, 4);
  expect(await live()).toEqual({ a: 90, b: 10 });
  counted(two, 1);
  await pass(after, 1);
  expect(await live()).toEqual({ b: 100 });
});

test('a clock that was set back begins the wait anew, and the store keeps what it waits from', async () => {
  const { make, live, counted, pass, store } = await useRollouts();
  const rollouts = make();
  await rollouts.start(ci, ref, canary);
  counted(two, 20);
  vi.setSystemTime(begin - 3_600_000);
  await pass(rollouts, 1);
  expect((await store.rollouts.allGoingOn())[0]?.stepAt).toBe('2026-11-27T11:00:01.000Z');
  counted(two, 20);
  await pass(rollouts, 4);
  expect(await live()).toEqual({ a: 90, b: 10 });
  await pass(rollouts, 1);
  expect(await live()).toEqual({ b: 100 });
});

test('commands are carried out at once, told in the audit log, and refused in the wrong state', async () => {
  const { make, live, store, pass } = await useRollouts();
  const rollouts = make();
  const { record: began } = await rollouts.start(ci, ref, canary);
  expect((await rollouts.command(ci, ref, began.id, 'pause')).record).toMatchObject({
    ...{ state: 'paused', reason: 'Paused by ci.' },
  });
  await pass(rollouts, 20);
  expect(await live()).toEqual({ a: 90, b: 10 });
  await expect(rollouts.command(ci, ref, began.id, 'pause')).rejects.toThrow(/is paused, and pause is for/);
  expect((await rollouts.command(ci, ref, began.id, 'resume')).record.state).toBe('running');
  expect((await rollouts.command(ci, ref, began.id, 'promote')).record.step).toBe(1);
  expect(await live()).toEqual({ b: 100 });
  expect((await rollouts.command(ci, ref, began.id, 'abort')).record.state).toBe('aborted');
  expect(await live()).toEqual({ a: 100 });
  const { items } = await store.audit.list({ limit: 4 });
  expect(items.map(({ action }) => action)).toEqual([
    ...['rollout.abort', 'rollout.promote', 'rollout.resume', 'rollout.pause'],
  ]);
  await expect(rollouts.command(ci, ref, 'rol_x', 'abort')).rejects.toMatchObject({ code: 'FN_001' });
});

test('one rollout at a time, and none to the version that is live or from nothing', async () => {
  const { make, share } = await useRollouts();
  const rollouts = make();
  const toLive = startRolloutSchema.parse({ version: one, strategy: 'canary' });
  await expect(rollouts.start(ci, ref, toLive)).rejects.toThrow(/which is the live one already/);
  await rollouts.start(ci, ref, canary);
  await expect(rollouts.start(ci, ref, canary)).rejects.toThrow(/has a rollout that goes on/);
  await share({ [one]: 100 });
  await rollouts.start(ci, ref, canary);
});

test('a step that cannot be taken says why and is tried again', async () => {
  const { make, live, counted, pass, store } = await useRollouts();
  const rollouts = make();
  const { record: began } = await rollouts.start(ci, ref, canary);
  counted(two, 20);
  const put = vi.spyOn(store, 'transaction').mockRejectedValueOnce(new Error('the disk is full'));
  await pass(rollouts, 5);
  expect(put).toHaveBeenCalledTimes(1);
  expect(await live()).toEqual({ a: 90, b: 10 });
  expect((await rollouts.get(owner, ref, began.id)).record.reason).toContain('the disk is full');
  await pass(rollouts, 6);
  expect(await live()).toEqual({ b: 100 });
});

test('a version whose instances end again and again is rolled back with what they said', async () => {
  const { make, live, details, pass, machine } = await useRollouts();
  const rollouts = make();
  await rollouts.start(ci, ref, startRolloutSchema.parse({ version: two, strategy: 'rolling' }));
  expect(await live()).toEqual({ a: 75, b: 25 });
  machine.failing = 'its instances ended or failed to start 5 times in a row: no database.';
  await pass(rollouts, 1);
  expect(await live()).toEqual({ a: 100 });
  expect((await details())?.reason).toBe(
    'Rolled back at step 1: its instances ended or failed to start 5 times in a row: no database.',
  );
});

test('blue-green keeps the new version ready without visitors, and the old one after the switch', async () => {
  const { make, live, pass, fleet } = await useRollouts();
  const rollouts = make();
  const plan = { version: two, strategy: 'blue-green', guard: { error_rate: { max: 5 } }, wait_seconds: 60 };
  const { record: began } = await rollouts.start(ci, ref, startRolloutSchema.parse(plan));
  expect(await live()).toEqual({ a: 100, b: 0 });
  await pass(rollouts, 1);
  expect(fleet.keepWarm).toHaveBeenLastCalledWith(began.functionId, two, expect.any(Number));
  await rollouts.command(ci, ref, began.id, 'promote');
  expect(await live()).toEqual({ b: 100 });
  await pass(rollouts, 1);
  expect(fleet.keepWarm).toHaveBeenLastCalledWith(began.functionId, one, expect.any(Number));
});

test('a blue-green rollout that is aborted before the switch leaves the deployment to the old version', async () => {
  const { make, live } = await useRollouts();
  const rollouts = make();
  const { record: began } = await rollouts.start(
    ci,
    ref,
    startRolloutSchema.parse({ version: two, strategy: 'blue-green' }),
  );
  await rollouts.command(ci, ref, began.id, 'abort');
  expect(await live()).toEqual({ a: 100 });
});

test('a rollback by hand in the middle goes to the version that had everything before', async () => {
  const { make, live, deployments } = await useRollouts();
  const rollouts = make();
  const { record: began } = await rollouts.start(ci, ref, canary);
  await deployments.rollback(ci, ref);
  expect(await live()).toEqual({ a: 100 });
  expect((await rollouts.get(owner, ref, began.id)).record.state).toBe('superseded');
});
