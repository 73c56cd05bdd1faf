// Faults that reach for the network. The handlers answer 200 when everything was refused and 418 when something
// was reached; the canary counts who came, whatever the handler says.

import { requests } from '../attack/requests.ts';
import { webSockets } from '../attack/web-sockets.ts';
import type { Fault, Scene } from '../fault.ts';

async function nobodyCame({ canary }: Scene): Promise<string | undefined> {
  const visits = canary.visits() + canary.innerVisits();
  return visits > 0 ? `${visits} connections to a private address` : undefined;
}

async function nobodyInside({ canary }: Scene): Promise<string | undefined> {
  return canary.innerVisits() > 0 ? `${canary.innerVisits()} redirects were followed inside` : undefined;
}

const refused = (name: string, clients = 4): Fault => ({
  name,
  settings: { timeout: 10 },
  drive: requests({ clients }),
  gets: ['200'],
  must: '200',
  verify: nobodyCame,
});

export const networkFaults: readonly Fault[] = [
  refused('floods-subrequests', 2),
  refused('fetches-itself'),
  refused('fetches-private-addresses', 2),
  {
    ...refused('connects-to-control'),
    drive: (scene) => requests({ path: `/?control=${new URL(scene.platform.control).port}` })(scene),
  },
  {
    ...refused('redirects-to-metadata'),
    settings: ({ port }) => ({ timeout: 10, egress: [`127.0.0.1:${port}`] }),
    verify: nobodyInside,
  },
  // What it has open is in its own memory.
  { ...refused('opens-many-sockets', 2), gets: ['200', '503 FN_003'] },
  {
    name: 'websocket-never-closes',
    settings: { timeout: 1 },
    drive: webSockets(50),
    gets: ['opened and closed'],
  },
  {
    name: 'websocket-floods',
    settings: { timeout: 1 },
    drive: webSockets(2),
    gets: ['opened and closed'],
  },
  {
    name: 'websocket-floods-who-does-not-read',
    handler: 'websocket-floods',
    settings: { timeout: 1 },
    drive: webSockets(2, { reads: false }),
    gets: ['opened and closed'],
  },
];
