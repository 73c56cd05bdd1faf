// Faults that take the processor: each holds its instance's one thread, or gives it back too seldom.

import { limitBackOffMs } from '../../../control/plan/crash-history.ts';
import { deploysWhileAsked } from '../attack/deploys.ts';
import { requests } from '../attack/requests.ts';
import type { Fault } from '../fault.ts';

/**
 * The limit, what it may be noticed late on a machine on which the offender takes a processor, and the wait for the
 * next instance of a function whose instances are ended one after the other.
 */
const atOneSecond = 1500 + limitBackOffMs;

/** A handler that does not come back is ended at its `timeout`, whatever it does meanwhile. */
const stuck = (name: string, settings: Readonly<Record<string, unknown>> = {}): Fault => ({
  name,
  settings: { timeout: 1, scaling: { maxInstances: 2 }, ...settings },
  drive: requests(),
  gets: ['504 FN_002'],
  withinMs: atOneSecond,
});

/** One that fills memory as it goes may meet that limit first. */
const stuckOrFull = (name: string): Fault => ({
  ...stuck(name, { memory: 64 }),
  gets: ['504 FN_002', '503 FN_003', '500 FN_004'],
});

export const cpuFaults: readonly Fault[] = [
  stuck('loops-forever'),
  {
    ...stuck('loops-beyond-cpu-ms', { timeout: 30, cpu_ms: 200 }),
    handler: 'loops-forever',
  },
  // Each turn leaves something that V8 collects only when its JavaScript comes back.
  stuckOrFull('loops-in-microtasks'),
  stuck('loops-in-wasm'),
  stuck('catastrophic-regex'),
  stuck('hash-bomb-scrypt'),
  stuck('hash-bomb-pbkdf2'),
  stuckOrFull('json-bomb'),
  stuckOrFull('sort-bomb'),
  stuckOrFull('bigint-bomb'),
  { ...stuck('deep-recursion'), gets: ['500 FN_004'] },
  stuck('spins-in-short-turns'),
  stuck('timer-storm'),
  stuckOrFull('promise-storm'),
  // Where the engine refuses to wait, the handler throws.
  { ...stuck('atomics-wait'), gets: ['504 FN_002', '500 FN_004'] },
  stuck('spins-in-then'),
  stuck('spins-in-to-json'),
  {
    ...stuck('many-instances-loop', {
      concurrency: 1,
      scaling: { maxInstances: 4, queueLength: 8, queueSeconds: 2 },
    }),
    handler: 'loops-forever',
    drive: requests({ clients: 24 }),
    // Whoever waits longer for a place than a request may is turned away.
    gets: ['504 FN_002', '429 FN_007', '503 FN_008'],
    withinMs: 2000 + atOneSecond,
  },
  {
    ...stuck('deploys-while-looping'),
    handler: 'loops-forever',
    drive: deploysWhileAsked,
    gets: ['504 FN_002', 'deploy 200'],
    must: 'deploy 200',
    withinMs: 15_000,
  },
];
