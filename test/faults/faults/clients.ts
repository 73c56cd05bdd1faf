// Faults of those who call: honest handlers, and clients that are many, slow, gone or talk no HTTP.

import {
  connections,
  garbage,
  halfOpen,
  hugeHead,
  leave,
  pipeline,
  slowBody,
  slowHead,
} from '../attack/connections.ts';
import { requests } from '../attack/requests.ts';
import { webSockets } from '../attack/web-sockets.ts';
import type { Fault } from '../fault.ts';

const honest = (name: string, handler = 'honest-under-attack'): Omit<Fault, 'drive' | 'gets'> => ({
  name,
  handler,
  settings: { timeout: 5 },
});

export const clientFaults: readonly Fault[] = [
  {
    ...honest('flooded-by-clients'),
    settings: { timeout: 5, scaling: { maxInstances: 2 } },
    drive: requests({ clients: 500, keepAlive: true, gapMs: 250 }),
    gets: ['200', '429 FN_007'],
    must: '200',
  },
  {
    ...honest('flooded-beyond-its-rate'),
    settings: { timeout: 5, rate_limit: { requests: 50, seconds: 1 } },
    drive: requests({ clients: 100, keepAlive: true, gapMs: 100 }),
    gets: ['200', '429 FN_007'],
    must: '429 FN_007',
    after: ['200', '429 FN_007'],
  },
  {
    ...honest('queue-overflows', 'slow-answers'),
    settings: { timeout: 5, concurrency: 1, scaling: { maxInstances: 1, queueLength: 5, queueSeconds: 1 } },
    drive: requests({ clients: 50 }),
    gets: ['200', '429 FN_007'],
    must: '429 FN_007',
  },
  {
    ...honest('slow-clients'),
    drive: connections({ connections: 200, act: slowHead, again: true }),
    gets: ['held', 'closed', 'closed after 400', 'closed after 408'],
  },
  {
    ...honest('slow-uploads', 'reads-endless-upload'),
    settings: { timeout: 1 },
    drive: connections({ connections: 100, act: slowBody, again: true }),
    gets: ['held', 'closed after 504'],
  },
  {
    ...honest('half-open-clients', 'slow-answers'),
    drive: connections({ connections: 100, act: halfOpen, again: true }),
    gets: ['held', 'closed', 'closed after 200'],
  },
  {
    ...honest('clients-that-leave', 'slow-answers'),
    drive: connections({ connections: 50, act: leave, again: true }),
    gets: ['closed', 'held'],
  },
  {
    ...honest('huge-request-headers'),
    drive: connections({ connections: 4, act: hugeHead }),
    gets: ['closed', 'held', 'closed after 400', 'closed after 413', 'closed after 431'],
  },
  {
    ...honest('pipelined-requests'),
    drive: connections({ connections: 4, act: pipeline }),
    gets: ['closed', 'held', 'closed after 200'],
  },
  {
    ...honest('clients-that-talk-garbage'),
    drive: connections({ connections: 20, act: garbage }),
    gets: ['closed', 'held', 'closed after 400', 'closed after 501'],
  },
  {
    ...honest('websocket-clients-flood', 'echoes-web-socket'),
    drive: webSockets(50, { sendEveryMs: 10 }),
    gets: ['opened and closed'],
  },
];
