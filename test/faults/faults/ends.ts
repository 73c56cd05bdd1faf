// Faults of starts and ends: a start that takes too long or fails, handlers that throw, instances that crash.

import { deploys, deploysUntilItStarts } from '../attack/deploys.ts';
import { requests } from '../attack/requests.ts';
import type { Fault } from '../fault.ts';

/** A GET is sent to another instance once, and that one ends as well. */
const ended = '500 FN_004';
/** Of a function that fails to start again and again: for the time being there is none. */
const backsOff = '503 FN_008';
/** The start that a request asked for failed. */
const startFailed = '503 FN_005';

/** Refused at the deploy, so that nobody is ever sent to it. */
const neverStarts = (name: string, gets: readonly string[]): Fault => ({
  name,
  deploys: true,
  drive: deploys,
  gets,
  withinMs: 15_000,
  after: ['404 FN_001'],
});

const throwing = (name: string): Fault => ({ name, drive: requests(), gets: [ended], log: /\S/ });

/** What the next visitor gets may be the wait that follows a row of crashes. */
const crashing = (name: string, gets: readonly string[]): Fault => ({
  name,
  settings: { timeout: 5, memory: 64 },
  drive: requests(),
  gets,
  after: ['200', backsOff],
});

export const endFaults: readonly Fault[] = [
  neverStarts('slow-start', ['deploy 422 FN_005', 'deploy 503 FN_008']),
  neverStarts('top-level-throws', ['deploy 422 FN_005']),
  neverStarts('top-level-allocates', ['deploy 422 FN_005', 'deploy 503 FN_003', 'deploy 503 FN_008']),
  {
    name: 'top-level-throws-sometimes',
    deploys: true,
    drive: deploysUntilItStarts,
    gets: ['deploy 201', 'deploy 200', 'deploy 422 FN_005', ended, '503 FN_003', startFailed, backsOff],
    after: ['200', startFailed, backsOff],
  },
  throwing('throws-at-once'),
  throwing('throws-null'),
  { name: 'rejects-unhandled', drive: requests(), gets: ['200'] },
  // workerd ends the request and not the process.
  { name: 'exits-process', drive: requests(), gets: [ended] },
  { name: 'aborts-process', drive: requests(), gets: [ended] },
  { name: 'kills-processes', drive: requests(), gets: ['200'] },
  crashing('crashes-after-answer', ['200', ended, '503 FN_003', backsOff]),
  crashing('crashes-each-start-plus-2s', ['200', ended, '503 FN_003', backsOff]),
];
