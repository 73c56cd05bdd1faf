import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { callerOf, owner } from '../../test/support/use-drafts.ts';
import type { Instance } from '../workerd/instance.ts';
import { Instances, watchersMax } from './instances.ts';

const cart = functionRecord({ name: 'cart', project: 'shop', vcpu: 2 });
const shopOnly = callerOf({ ...owner.actor, id: 'key_1', projects: ['shop'] });
const blogOnly = callerOf({ ...owner.actor, id: 'key_2', projects: ['blog'] });

function anInstance(changes: { id?: string; functionId?: string; cpuMs?: () => number } = {}): Instance {
  const { id = 'instance-1', functionId = cart.id, cpuMs = () => 5 } = changes;
  const usage = () => ({ cpuMs: cpuMs(), memoryBytes: 9, peakMemoryBytes: 10 });
  return {
    ...{ id, functionId, version: 'v1', slot: 0, memoryMb: 128, readyAt: 0 },
    resources: { usage },
  } as unknown as Instance;
}

function useInstances(...running: Instance[]): { instances: Instances; running: Set<Instance> } {
  const set = new Set(running);
  const catalog = {
    get: (id: string) =>
      id === cart.id ? { record: cart, deployment: undefined, versions: [], aliases: new Map() } : undefined,
  };
  return { instances: new Instances({ catalog, running: () => set }), running: set };
}

test('shows an instance with its function and what the kernel says', () => {
  const { instances } = useInstances(anInstance());
  expect(instances.list(owner)).toEqual([
    {
      ...{ id: 'instance-1', functionId: cart.id, functionName: 'cart', project: 'shop', version: 'v1' },
      ...{ memory: 128, vcpu: 2, readyAt: '1970-01-01T00:00:00.000Z' },
      usage: { cpuMs: 5, memoryBytes: 9, peakMemoryBytes: 10 },
    },
  ]);
});

test('shows each caller the instances of their projects only, and of no function that is gone', () => {
  const { instances } = useInstances(anInstance(), anInstance({ id: 'instance-2', functionId: 'fn_gone' }));
  expect(instances.list(shopOnly).map(({ id }) => id)).toEqual(['instance-1']);
  expect(instances.list(blogOnly)).toEqual([]);
  expect(() => instances.get(blogOnly, 'instance-1')).toThrow(/There is no instance "instance-1"/);
  expect(() => instances.watch(blogOnly, 'instance-1', new AbortController().signal)).toThrow(/no instance/);
});

test('a watcher is told the processor time between samples, and when the instance has ended', async () => {
  let cpuMs = 100;
  const instance = anInstance({ cpuMs: () => cpuMs });
  const { instances, running } = useInstances(instance);
  const samples = instances.watch(owner, 'instance-1', new AbortController().signal)[Symbol.asyncIterator]();
  expect((await samples.next()).value).toMatchObject({ cpuMs: 100, cpuPercent: null, memoryBytes: 9 });
  cpuMs = 600;
  const { cpuPercent } = (await samples.next()).value as { cpuPercent: number };
  expect(cpuPercent).toBeGreaterThan(10);
  expect(cpuPercent).toBeLessThanOrEqual(50);
  running.delete(instance);
  expect((await samples.next()).done).toBe(true);
});

test('a watcher who leaves ends the watching at once', async () => {
  const { instances } = useInstances(anInstance());
  const left = new AbortController();
  const samples = instances.watch(owner, 'instance-1', left.signal)[Symbol.asyncIterator]();
  await samples.next();
  left.abort();
  expect((await samples.next()).done).toBe(true);
});

test('so many may watch at a time, and one who leaves makes room', async () => {
  const { instances } = useInstances(anInstance());
  const left = new AbortController();
  const watch = () => instances.watch(owner, 'instance-1', left.signal)[Symbol.asyncIterator]();
  const watchers = Array.from({ length: watchersMax }, watch);
  await Promise.all(watchers.map((watcher) => watcher.next()));
  expect(watch).toThrow(/100 instances are watched already/);
  await watchers[0]?.return?.();
  expect((await watch().next()).done).toBe(false);
  left.abort();
});
