// Faults that take memory, in V8's heap and outside of it. Those that leak a little a request are answered until
// the limit is met; the request that meets it is told so, and the next one has a fresh instance.

import { requests } from '../attack/requests.ts';
import type { Fault } from '../fault.ts';

const full = '503 FN_003';

const leaks = (name: string): Fault => ({
  name,
  settings: { memory: 64, timeout: 5, scaling: { maxInstances: 2 } },
  drive: requests({ clients: 2, gapMs: 20 }),
  gets: ['200', full],
  must: full,
  log: /memory/i,
});

/** Fills memory within one request; a busy machine may let its `timeout` pass first. */
const fills = (name: string): Fault => ({
  name,
  settings: { memory: 64, timeout: 5, scaling: { maxInstances: 1 } },
  drive: requests({ clients: 2 }),
  gets: [full, '504 FN_002'],
  must: full,
  log: /memory/i,
});

/** Where time may be up first, or the engine has a limit of its own, such as for a string's length: the handler throws. */
const fillsOrThrows = (name: string): Fault => ({
  name,
  settings: { memory: 64, timeout: 5, scaling: { maxInstances: 1 } },
  drive: requests({ clients: 2 }),
  gets: [full, '504 FN_002', '500 FN_004'],
});

export const memoryFaults: readonly Fault[] = [
  leaks('leaks-heap'),
  leaks('leaks-array-buffers'),
  leaks('leaks-wasm-memory'),
  leaks('leaks-small-objects'),
  leaks('shares-array-buffers'),
  { ...leaks('keeps-request-bodies'), drive: requests({ clients: 2, method: 'POST', bodyBytes: 5_000_000 }) },
  fills('allocates-at-once'),
  fills('tees-an-endless-stream'),
  fillsOrThrows('inflates-a-bomb'),
  fillsOrThrows('string-doubling'),
  fillsOrThrows('fills-virtual-files'),
  // Nobody need be waiting for an answer when memory is full, so nobody need be told.
  {
    name: 'leaks-after-answer',
    settings: { memory: 64, timeout: 5, scaling: { maxInstances: 2 } },
    drive: requests({ clients: 2, gapMs: 20 }),
    gets: ['200', full],
    log: /memory/i,
  },
];
