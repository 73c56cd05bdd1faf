import { expect, test } from 'vitest';
import { type EvictionCandidate, evictableAfterMs, pickEvicted } from './pick-evicted.ts';

const now = 1_000_000;
const idle = (id: string, lastRequestAt: number, more: Partial<EvictionCandidate> = {}) => ({
  ...{ id, lastRequestAt, inFlight: 0, readyAt: 0, heldAt: 0, kept: false, spare: false },
  ...more,
});

test('picks what was called least recently', () => {
  expect(pickEvicted([idle('a', 500), idle('b', 400), idle('c', 600)], now)?.id).toBe('b');
});

test('picks nothing that is busy, kept on purpose, or was used just now', () => {
  const busy = idle('a', 100, { inFlight: 1 });
  const kept = idle('b', 100, { kept: true });
  const fresh = idle('c', 0, { readyAt: now - evictableAfterMs + 1 });
  const holds = idle('d', 100, { heldAt: now - evictableAfterMs + 1 });
  expect(pickEvicted([busy, kept, fresh, holds], now)).toBeUndefined();
  expect(pickEvicted([busy, kept, fresh], now + 1)?.id).toBe('c');
});

test('what is only kept warm goes first, however lately it was called', () => {
  const spare = idle('warm', 900, { spare: true });
  expect(pickEvicted([idle('a', 400), spare, idle('b', 500)], now)?.id).toBe('warm');
  expect(pickEvicted([idle('a', 400), { ...spare, inFlight: 1 }], now)?.id).toBe('a');
});
