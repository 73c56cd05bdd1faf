import { expect, test } from 'vitest';
import { WebSocketWatch } from './web-socket-watch.ts';

function useWatch() {
  const instances = [
    { id: 'a', slot: 0 },
    { id: 'b', slot: 1 },
  ] as const;
  const world = { upgraded: new Set<number>(), connected: new Set<string>(), asked: 0 };
  const watch = new WebSocketWatch({
    instances: () => instances,
    upgraded: () => world.upgraded,
    connected: () => {
      world.asked += 1;
      return world.connected;
    },
  });
  const heldAt = (now: number): number[] => {
    watch.look(now);
    return instances.map((instance) => watch.heldAt(instance));
  };
  return { world, heldAt };
}

test('a connection alone holds nothing, and the kernel is not asked', () => {
  const { world, heldAt } = useWatch();
  world.connected = new Set(['a', 'b']);
  expect(heldAt(1000)).toEqual([0, 0]);
  expect(world.asked).toBe(0);
});

test('an instance that was given a WebSocket holds it until the last connection has gone', () => {
  const { world, heldAt } = useWatch();
  world.connected = new Set(['a', 'b']);
  world.upgraded = new Set([1]);
  expect(heldAt(1000)).toEqual([0, 1000]);
  expect(heldAt(2000)).toEqual([0, 2000]);
  world.connected = new Set(['a']);
  expect(heldAt(3000)).toEqual([0, 2000]);
});

test('a front that tells no more of a WebSocket does not make it closed', () => {
  const { world, heldAt } = useWatch();
  world.connected = new Set(['a']);
  world.upgraded = new Set([0]);
  heldAt(1000);
  world.upgraded = new Set();
  expect(heldAt(2000)).toEqual([2000, 0]);
});
