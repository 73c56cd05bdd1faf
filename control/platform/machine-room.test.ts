import { expect, test } from 'vitest';
import { MachineRoom } from './machine-room.ts';

const mib = 1024 * 1024;

function useRoom() {
  const machine = { taken: 0, used: 0 };
  const room = new MachineRoom({
    ...{ slots: 4, memoryBytes: 64 * mib },
    slotsTaken: () => machine.taken,
    measure: () => machine.used,
  });
  return { machine, room };
}

test('has room until the last slot is taken', () => {
  const { machine, room } = useRoom();
  machine.taken = 3;
  expect(room.crowded()).toBeUndefined();
  machine.taken = 4;
  expect(room.crowded()).toBe('All 4 slots of this machine are in use (SELVEDGE_SLOTS)');
});

test('reckons with what was just started until the kernel says what it takes', () => {
  const { machine, room } = useRoom();
  for (let i = 0; i < 4; i += 1) {
    expect(room.crowded()).toBeUndefined();
    room.reckon();
  }
  expect(room.crowded()).toBe('The instances use 64 of the 64 MB that they may (SELVEDGE_MEMORY)');
  machine.used = 40 * mib;
  room.measure();
  expect(room.crowded()).toBeUndefined();
});
