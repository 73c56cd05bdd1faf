// The fleet with instances that are only said to run: what it does of ends that come at a bad time.

import { expect, onTestFinished, test, vi } from 'vitest';
import { crashesForgiven, crashLoopAt } from '../plan/crash-history.ts';
import { warmVersionSeconds } from '../plan/keep-warm.ts';
import { evictableAfterMs } from '../plan/pick-evicted.ts';
import type { Instance } from '../workerd/instance.ts';
import type { Supervisor } from '../workerd/supervisor.ts';
import { Fleet, type ScalingRules } from './fleet.ts';
import type { LoadMeter } from './load-meter.ts';

const rules: ScalingRules = {
  ...{ minInstances: 0, maxInstances: 4, targetConcurrency: 10, idleMs: 60_000, graceMs: 1000 },
  vcpu: 1,
  liveVersions: ['v1'],
  markedFailed: false,
};

function useFleet() {
  const instances = new Set<Instance>();
  const known = new Map([['fn_1', rules]]);
  const logged: string[] = [];
  const loops: boolean[] = [];
  const machine: { full: string | undefined } = { full: undefined };
  const held = new Map<Instance, number>();
  const shares = new Map<Instance, number>();
  let slot = 0;
  const supervisor = {
    instances,
    start: async (functionId: string, version: string) => {
      const instance: Instance = {
        ...{ id: `instance-${slot}`, functionId, version, slot, readyAt: Date.now(), cordoned: false },
        process: { running: true },
        share: (share: number) => shares.set(instance, share),
      } as unknown as Instance;
      slot += 1;
      instances.add(instance);
      return instance;
    },
    stop: vi.fn(async (instance: Instance) => {
      instances.delete(instance);
    }),
  };
  const publish = vi.fn(async (_functionId: string) => undefined);
  const fleet = new Fleet({
    supervisor: supervisor as unknown as Supervisor,
    load: {
      of: () => ({ lastRequestAt: 0, inFlight: 0, peakInFlight: 0 }),
      untilQuiet: async () => undefined,
    } as unknown as LoadMeter,
    rules: (id) => known.get(id),
    config: async () => ({ config: new Uint8Array(), memoryMb: 64 }),
    publish,
    generation: () => 1,
    webSockets: { look: () => undefined, heldAt: (instance) => held.get(instance as Instance) ?? 0 },
    machine: { crowded: () => machine.full, reckon: () => undefined },
    onCrashLoop: (_id, looping) => loops.push(looping),
    log: (message) => logged.push(message),
  });
  /** The process ends, and the supervisor says so, as it does for a crash. */
  const crash = (instance: Instance): void => {
    (instance.process as { running: boolean }).running = false;
    instances.delete(instance);
    fleet.crashed(instance, { code: 'FN_004', message: 'it ended.' }, 'last words');
  };
  return { fleet, supervisor, known, publish, logged, loops, machine, held, shares, crash };
}

test('an instance that ended between its start and its admission never gets into the table', async () => {
  const { fleet, supervisor, crash } = useFleet();
  const candidate = await supervisor.start('fn_1', 'v1');
  crash(candidate);
  fleet.admit(candidate);
  expect(fleet.slotsOf('fn_1')).toEqual({});
  expect((await fleet.activate('fn_1', 'v1')).slots).toEqual([1]);
});

test('an instance that has ended without the news having come is replaced for the front that asks', async () => {
  const { fleet } = useFleet();
  await fleet.activate('fn_1', 'v1');
  const [dead] = fleet.instancesOf('fn_1');
  (dead?.process as { running: boolean }).running = false;
  expect((await fleet.activate('fn_1', 'v1')).slots).toEqual([1]);
});

test('an instance whose start was under way when its function was deleted is retired', async () => {
  const { fleet, supervisor, known } = useFleet();
  const activation = fleet.activate('fn_1', 'v1');
  known.delete('fn_1');
  await activation;
  expect(fleet.instancesOf('fn_1')).toHaveLength(1);
  fleet.tick(Date.now());
  await vi.waitFor(() => expect(supervisor.instances.size).toBe(0));
  expect(fleet.instancesOf('fn_1')).toEqual([]);
});

test('a crash while an instance is cordoned is no news for the fronts, and its retirement ends', async () => {
  const { fleet, publish, crash } = useFleet();
  await fleet.activate('fn_1', 'v1');
  const [instance] = fleet.instancesOf('fn_1');
  const retired = fleet.retire(instance ? [instance] : []);
  const published = publish.mock.calls.length;
  if (instance) crash(instance);
  await retired;
  expect(publish.mock.calls.length).toBe(published);
});

test('a stop that fails in the background is logged and ends nothing', async () => {
  const { fleet, supervisor, logged } = useFleet();
  await fleet.activate('fn_1', 'v1');
  supervisor.stop.mockRejectedValueOnce(new Error('disk full'));
  fleet.retireInBackground(fleet.instancesOf('fn_1'));
  await vi.waitFor(() => expect(logged).toEqual(['work on instances failed']));
});

test('the first crashes are forgiven, a row of them is held back and becomes a crash loop that a deploy clears', async () => {
  const { fleet, loops, crash } = useFleet();
  for (let count = 1; count <= crashLoopAt; count += 1) {
    const candidate = await fleet.start('fn_1', 'v1', new Uint8Array(), { memoryMb: 128 });
    fleet.admit(candidate);
    crash(candidate);
    if (count <= crashesForgiven) await fleet.activate('fn_1', 'v1');
    for (const left of fleet.instancesOf('fn_1')) await fleet.retire([left]);
  }
  expect(loops).toEqual([true]);
  expect(fleet.crashes('fn_1')).toMatchObject({
    count: crashLoopAt,
    loop: true,
    last: { output: 'last words' },
  });
  await expect(fleet.activate('fn_1', 'v1')).rejects.toMatchObject({
    code: 'FN_008',
    message: expect.stringContaining(`${crashLoopAt} times in a row: it ended.`),
  });
  fleet.forgive('fn_1', 'v1');
  expect(fleet.crashes('fn_1')).toBeUndefined();
  expect((await fleet.activate('fn_1', 'v1')).slots).toHaveLength(1);
});

test('a full machine stops the idle instance that was called least recently, and starts the new one', async () => {
  const { fleet, supervisor, known, machine } = useFleet();
  known.set('fn_2', rules);
  await fleet.activate('fn_1', 'v1');
  const [idle] = fleet.instancesOf('fn_1');
  if (idle) (idle as { readyAt: number }).readyAt = Date.now() - evictableAfterMs;
  machine.full = 'All 1 slots are in use';
  supervisor.stop.mockImplementationOnce(async (instance) => {
    supervisor.instances.delete(instance);
    machine.full = undefined;
  });
  expect((await fleet.activate('fn_2', 'v1')).slots).toEqual([1]);
  expect(fleet.instancesOf('fn_1')).toEqual([]);
});

test('a full machine without an idle instance refuses with the reason', async () => {
  const { fleet, machine } = useFleet();
  await fleet.activate('fn_1', 'v1');
  machine.full = 'All 1 slots are in use';
  await expect(fleet.start('fn_1', 'v1', new Uint8Array(), { memoryMb: 128 })).rejects.toMatchObject({
    code: 'FN_008',
    message: expect.stringContaining('All 1 slots are in use, and no instance is idle'),
  });
});

test('an idle instance that holds a WebSocket is neither stopped nor makes room', async () => {
  const { fleet, held, machine } = useFleet();
  await fleet.activate('fn_1', 'v1');
  const [instance] = fleet.instancesOf('fn_1') as [Instance];
  (instance as { readyAt: number }).readyAt = Date.now() - 2 * rules.idleMs;
  held.set(instance, Date.now());
  machine.full = 'All 1 slots are in use';
  fleet.tick(Date.now());
  await expect(fleet.start('fn_2', 'v1', new Uint8Array(), { memoryMb: 128 })).rejects.toThrow(
    /no instance is idle/,
  );
  expect(fleet.instancesOf('fn_1')).toEqual([instance]);
  held.set(instance, Date.now() - rules.idleMs);
  fleet.tick(Date.now());
  expect(fleet.instancesOf('fn_1')).toEqual([]);
});

test('the instances of a function have its share of the processors together', async () => {
  const { fleet, known, shares } = useFleet();
  known.set('fn_1', { ...rules, vcpu: 3 });
  await fleet.activate('fn_1', 'v1');
  expect([...shares.values()]).toEqual([3]);
  fleet.scale('fn_1', 'v1');
  await vi.waitFor(() => expect([...shares.values()]).toEqual([1.5, 1.5]));
  known.set('fn_1', { ...rules, vcpu: 1 });
  fleet.shareProcessors('fn_1');
  expect([...shares.values()]).toEqual([0.5, 0.5]);
});

/** As a deploy does it, once the fronts have its table. */
async function useReplaced() {
  const all = useFleet();
  await all.fleet.activate('fn_1', 'v1');
  all.fleet.scale('fn_1', 'v1');
  await vi.waitFor(() => expect(all.fleet.instancesOf('fn_1')).toHaveLength(2));
  const deploy = (version: string, replaced: string, anew = false) => {
    all.known.set('fn_1', { ...rules, liveVersions: [version] });
    all.fleet.settle('fn_1', { replaced: [replaced], fresh: new Set(), anew }, Date.now());
  };
  return { ...all, deploy };
}

test('a version that is replaced keeps one instance, which an idle window does not end and its time does', async () => {
  const { fleet, deploy } = await useReplaced();
  deploy('v2', 'v1');
  expect(fleet.instancesOf('fn_1', 'v1')).toHaveLength(1);
  fleet.tick(Date.now() + 2 * rules.idleMs);
  expect(fleet.instancesOf('fn_1', 'v1')).toHaveLength(1);
  fleet.tick(Date.now() + warmVersionSeconds * 1000);
  expect(fleet.instancesOf('fn_1', 'v1')).toEqual([]);
});

test('a version that is live again is as any other, and is not ended when its time would have been over', async () => {
  const { fleet, deploy } = await useReplaced();
  deploy('v2', 'v1');
  deploy('v1', 'v2');
  const [kept] = fleet.instancesOf('fn_1', 'v1') as [Instance];
  (kept as { readyAt: number }).readyAt = Date.now() + warmVersionSeconds * 1000;
  fleet.tick(Date.now() + warmVersionSeconds * 1000);
  expect(fleet.instancesOf('fn_1', 'v1')).toEqual([kept]);
});

test('where what instances are given has changed, none of before is kept', async () => {
  const { fleet, deploy } = await useReplaced();
  deploy('v1', 'v1', true);
  expect(fleet.instancesOf('fn_1')).toEqual([]);
});

test('a preview that was never live is not kept by a deploy', async () => {
  const { fleet, deploy } = await useReplaced();
  await fleet.activate('fn_1', 'preview');
  deploy('v2', 'v1');
  expect(fleet.instancesOf('fn_1', 'preview')).toEqual([]);
});

test('what is kept warm takes nothing of the share of the processors from what works', async () => {
  const { fleet, deploy, shares } = await useReplaced();
  deploy('v2', 'v1');
  await fleet.activate('fn_1', 'v2');
  const [working] = fleet.instancesOf('fn_1', 'v2') as [Instance];
  expect(shares.get(working)).toBe(1);
});

test('a full machine stops what is kept warm before it stops what is idle', async () => {
  const { fleet, deploy, known, machine, supervisor } = await useReplaced();
  known.set('fn_2', rules);
  await fleet.activate('fn_2', 'v1');
  deploy('v2', 'v1');
  for (const one of supervisor.instances)
    (one as { readyAt: number }).readyAt =
      Date.now() - evictableAfterMs - (one.functionId === 'fn_2' ? 1000 : 0);
  machine.full = 'All 3 slots are in use';
  supervisor.stop.mockImplementationOnce(async (instance) => {
    supervisor.instances.delete(instance);
    machine.full = undefined;
  });
  known.set('fn_3', rules);
  await fleet.activate('fn_3', 'v1');
  expect(fleet.instancesOf('fn_1', 'v1')).toEqual([]);
  expect(fleet.instancesOf('fn_2')).toHaveLength(1);
});

test('a WebSocket of a replaced version has the grace of its function, and its instance goes then', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const { fleet, deploy, held } = await useReplaced();
  deploy('v2', 'v1');
  const [warm] = fleet.instancesOf('fn_1', 'v1') as [Instance];
  const now = Date.now();
  held.set(warm, now + rules.graceMs);
  fleet.tick(now + rules.graceMs - 1);
  expect(fleet.instancesOf('fn_1', 'v1')).toEqual([warm]);
  fleet.tick(now + rules.graceMs);
  expect(fleet.instancesOf('fn_1', 'v1')).toEqual([]);
});

test('a preview of a version that was replaced is as any other, once nothing is kept of it', async () => {
  const { fleet, deploy } = await useReplaced();
  deploy('v2', 'v1');
  const later = Date.now() + warmVersionSeconds * 1000;
  fleet.tick(later);
  await fleet.activate('fn_1', 'v1');
  const [looked] = fleet.instancesOf('fn_1', 'v1') as [Instance];
  (looked as { readyAt: number }).readyAt = later;
  fleet.tick(later + 1000);
  expect(fleet.instancesOf('fn_1', 'v1')).toEqual([looked]);
});

test('a function that stores objects has one start at a time, though a tick and a front ask for one', async () => {
  const { fleet, supervisor, known } = useFleet();
  known.set('fn_1', { ...rules, exclusive: true, minInstances: 1, maxInstances: 1 });
  fleet.minimums.add('fn_1');
  fleet.tick(Date.now());
  const { slots } = await fleet.activate('fn_1', 'v1');
  expect(slots).toEqual([0]);
  expect(supervisor.instances.size).toBe(1);
});

test('a function that stores objects is started only after its other instances have ended, and in its live version only', async () => {
  const { fleet, supervisor, known } = useFleet();
  fleet.admit(await supervisor.start('fn_1', 'v0'));
  known.set('fn_1', { ...rules, exclusive: true, maxInstances: 1 });
  expect((await fleet.activate('fn_1', 'v1')).slots).toEqual([1]);
  expect([...supervisor.instances].map(({ version }) => version)).toEqual(['v1']);
  await expect(fleet.activate('fn_1', 'v0')).rejects.toThrow('only its live version runs');
});
