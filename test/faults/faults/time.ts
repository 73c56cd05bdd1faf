// Faults that take time: answers, bodies and late work that do not come to an end.

import { requests } from '../attack/requests.ts';
import type { Fault } from '../fault.ts';

const oneSecond = { timeout: 1 };
const lateMs = 500;
/** A body has two seconds from its head on. */
const twoSecondBody = { timeout: 1, stream_timeout: 2 };

const endless = (name: string): Fault => ({
  name,
  settings: twoSecondBody,
  drive: requests({ clients: 2, giveUpMs: 8000 }),
  gets: ['broken body'],
  must: 'broken body',
  withinMs: 3000 + lateMs,
});

export const timeFaults: readonly Fault[] = [
  {
    name: 'never-answers',
    settings: oneSecond,
    drive: requests({ clients: 20 }),
    gets: ['504 FN_002'],
    withinMs: 1000 + lateMs,
  },
  {
    name: 'waits-for-nothing',
    settings: oneSecond,
    drive: requests({ clients: 20 }),
    gets: ['500 FN_004', '504 FN_002'],
    withinMs: 1000 + lateMs,
  },
  endless('never-ends-body'),
  endless('trickles-body'),
  endless('huge-response-body'),
  endless('infinite-generator-body'),
  endless('body-loops-after-head'),
  {
    name: 'huge-body-nobody-reads',
    handler: 'huge-response-body',
    settings: twoSecondBody,
    drive: requests({ clients: 50, reads: false, giveUpMs: 4000, once: true }),
    gets: ['unread body', 'broken body'],
  },
  {
    name: 'ignores-request-body',
    settings: oneSecond,
    drive: requests({ method: 'POST', bodyBytes: 5_000_000 }),
    gets: ['200'],
  },
  {
    name: 'reads-endless-upload',
    settings: oneSecond,
    drive: requests({ clients: 2, method: 'POST', endless: { bytes: 65_536, everyMs: 0 } }),
    gets: ['413 FN_006'],
    must: '413 FN_006',
  },
  {
    name: 'reads-endless-trickle',
    handler: 'reads-endless-upload',
    settings: oneSecond,
    drive: requests({ clients: 20, method: 'POST', endless: { bytes: 1, everyMs: 100 } }),
    gets: ['504 FN_002'],
    must: '504 FN_002',
    withinMs: 1000 + lateMs,
  },
  {
    name: 'wait-until-forever',
    settings: { timeout: 1, wait_until_timeout: 1 },
    drive: requests(),
    gets: ['200'],
  },
  {
    name: 'wait-until-loops',
    settings: { timeout: 1, wait_until_timeout: 1 },
    drive: requests(),
    gets: ['200', '504 FN_002'],
    withinMs: 3000,
  },
];
