// What of the fault and chaos programs can be wrong without a platform: their lists, and how they tell what they saw.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Kill, toFailure } from './chaos/failure.ts';
import { parts } from './chaos/parts.ts';
import { allFaults } from './faults/faults/all.ts';
import { leftovers } from './faults/inventory.ts';

const folders = readdirSync(join(import.meta.dirname, 'faults/functions'));

test('there are 40 faults and more, each with a name of its own that a function may have', () => {
  const names = allFaults.map(({ name }) => name);
  expect(names.length).toBeGreaterThanOrEqual(40);
  expect(new Set(names).size).toBe(names.length);
  expect(names.filter((name) => !/^[a-z0-9-]{1,63}$/.test(name))).toEqual([]);
});

test('every fault has a handler, and every handler a fault', () => {
  const used = new Set(allFaults.map(({ handler, name }) => handler ?? name));
  expect([...used].toSorted()).toEqual(folders.toSorted());
});

test('what a fault must get is among what it may get', () => {
  const impossible = allFaults.filter(({ gets, must }) => must !== undefined && !gets.includes(must));
  expect(impossible.map(({ name }) => name)).toEqual([]);
});

test('more of anything than before is left over, and less is not', () => {
  const before = { processes: 10, slotSockets: 7, connections: 0 };
  expect(leftovers(before, { processes: 10, slotSockets: 6, connections: 0 })).toEqual([]);
  expect(leftovers(before, { processes: 12, slotSockets: 7, connections: 1 })).toEqual([
    '2 processes left over',
    '1 connections to the edge left over',
  ]);
});

const at = 1_000_000;
const kill: Kill = { at, held: new Set([4001]) };
const sample = {
  function: 0,
  dueAt: at - 5,
  lateMs: 0,
  latencyMs: 10,
  fault: 'reset',
  port: 4001,
  reused: true,
};
const get = { function: 'honest', method: 'GET' } as const;
const post = { function: 'honest', method: 'POST' } as const;

test.each([
  ['on a connection that the killed process held', sample, 'held', true],
  ['on a connection of another process', { ...sample, port: 4002 }, 'kept', true],
  ['on a connection that had carried nothing', { ...sample, port: 4002, reused: false }, 'fresh', true],
  ['that was sent long after the kill', { ...sample, port: 4002, dueAt: at + 500 }, 'kept', false],
  ['that ended before the kill', { ...sample, dueAt: at - 500 }, 'kept', false],
])('a failure %s', (_, failed, connection, inFlight) => {
  expect(toFailure(failed, get, [kill])).toMatchObject({ connection, inFlight });
});

test('each part allows what its promise says, and no more', () => {
  const held = toFailure(sample, get, [kill]);
  const kept = toFailure({ ...sample, port: 4002 }, get, [kill]);
  const posted = toFailure({ ...sample, port: 4002 }, post, [kill]);
  const later = toFailure({ ...sample, port: 4002, dueAt: at + 500 }, post, [kill]);
  const called = { ...kept, function: 'honest-caller' };
  const stored = { ...kept, function: 'honest-kept' };
  const all = [held, kept, posted, later, called, stored];
  const allowed = parts.map(({ allows, name }) => [name, all.map(allows)]);
  expect(Object.fromEntries(allowed)).toEqual({
    control: [false, false, false, false, false, false],
    front: [true, false, false, false, false, false],
    instance: [false, false, true, false, false, false],
    outbound: [false, false, false, false, true, false],
    cache: [false, false, false, false, false, true],
    pool: [false, false, false, false, false, false],
  });
});
