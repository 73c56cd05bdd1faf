import { expect, test } from 'vitest';
import { HeldBytes, webhookBytesHeldMax } from './held-bytes.ts';

test('a byte past the bound of all is not taken, until another request gives back what it holds', () => {
  const held = new HeldBytes();
  const [one, other] = [held.hold(), held.hold()];
  expect([one.take(webhookBytesHeldMax - 1), other.take(1)]).toEqual([true, true]);
  expect([other.fits(0), other.fits(1), other.take(1)]).toEqual([true, false, false]);
  one.release();
  expect([held.bytes, other.take(1)]).toEqual([1, true]);
});

test('what is given back twice counts once', () => {
  const held = new HeldBytes();
  const one = held.hold();
  one.take(5);
  one.release();
  one.release();
  expect(held.bytes).toBe(0);
});
