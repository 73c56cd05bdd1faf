import { expect, test } from 'vitest';
import { SlotAllocator } from './slot-allocator.ts';

test('a released slot is used again only after every other free one', () => {
  const slots = new SlotAllocator(3);
  expect(slots.take()).toBe(0);
  slots.release(0);
  expect([slots.take(), slots.take(), slots.take()]).toEqual([1, 2, 0]);
});

test('one more than there are gets none', () => {
  const slots = new SlotAllocator(2);
  slots.take();
  slots.take();
  expect(slots.take()).toBeUndefined();
});

test('an adopted slot is not given to another', () => {
  const slots = new SlotAllocator(2);
  expect(slots.claim(0)).toBe(true);
  expect(slots.claim(0)).toBe(false);
  expect(slots.take()).toBe(1);
  expect(slots.take()).toBeUndefined();
});

test('releasing twice frees once', () => {
  const slots = new SlotAllocator(1);
  slots.take();
  slots.release(0);
  slots.release(0);
  expect(slots.take()).toBe(0);
  expect(slots.take()).toBeUndefined();
});
