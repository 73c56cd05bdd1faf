// A sign of life from an instance: a request that its harness answers before any of the function's code, as soon
// as its JavaScript comes back to the event loop.

import { request } from 'node:http';
import { PROBE_HEADER } from '../../edge/contract/names.ts';

/** Resolves when the instance has answered, whatever it says, however long that takes; rejects when it ends. */
export function heartbeat(socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      // A connection of its own: one that is shared could be held up by an earlier answer.
      { socketPath, agent: false, path: '/', headers: { host: 'selvedge', [PROBE_HEADER]: '1' } },
      (response) => {
        response.resume();
        response.once('close', resolve);
      },
    );
    outgoing.once('error', reject);
    outgoing.end();
  });
}
