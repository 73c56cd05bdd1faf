// Gets the first table when control has not pushed one yet: from control, or from the snapshot if control is
// not there. Requests that come meanwhile wait for the one that loads. They wait by the clock and not for its
// promise: a client that leaves takes its promise with it.

import { ROUTING_TABLE_VERSION, SNAPSHOT_FILE } from '../contract/names.ts';
import type { RoutingTable } from '../contract/routing-table.ts';
import type { RouterEnv } from '../env.ts';
import type { TableIndex } from '../route/table-index.ts';
import type { Front } from './front.ts';
import { PlatformError } from './platform-error.ts';

const controlTimeoutMs = 2000;
/** After this long, whoever loads is taken for gone and the next request loads. */
const loadTimeoutMs = 5000;
/** A load that failed is not tried again before. */
const failurePauseMs = 250;
const waitStepMs = 10;

let loadingSince = 0;
let failedAt = 0;

/** @throws {PlatformError} SYS_003 when there is no table to be had. */
export async function loadTable(front: Front, env: RouterEnv): Promise<TableIndex> {
  for (;;) {
    if (front.index) return front.index;
    const now = Date.now();
    if (now - failedAt < failurePauseMs) throw noTable();
    if (now - loadingSince > loadTimeoutMs) {
      loadingSince = now;
      const table = (await fromControl(env)) ?? (await fromSnapshot(env));
      loadingSince = 0;
      // Control may have pushed a newer one meanwhile; then ours is refused, and that is right.
      const taken = table !== undefined && front.replaceTable(table);
      if (!taken && !front.index) failedAt = Date.now();
    } else await scheduler.wait(waitStepMs);
  }
}

function noTable(): PlatformError {
  return new PlatformError(
    'SYS_003',
    503,
    'This front has no routing table yet: control does not answer and there is no snapshot that it can read. It serves once control has started.',
    { retryAfterSeconds: 1 },
  );
}

function fromControl(env: RouterEnv): Promise<RoutingTable | undefined> {
  return readTable(
    env.CONTROL.fetch('http://control/table', { signal: AbortSignal.timeout(controlTimeoutMs) }),
  );
}

function fromSnapshot(env: RouterEnv): Promise<RoutingTable | undefined> {
  return readTable(env.SNAPSHOT.fetch(`http://snapshot/${SNAPSHOT_FILE}`));
}

async function readTable(answer: Promise<Response>): Promise<RoutingTable | undefined> {
  try {
    const response = await answer;
    if (!response.ok) return undefined;
    const table = await response.json<RoutingTable>();
    if (table.version === ROUTING_TABLE_VERSION) return table;
    throw new Error(`it is of version ${table.version}, and this front reads ${ROUTING_TABLE_VERSION}`);
  } catch (error) {
    console.warn(`SYS_003 a routing table could not be read: ${error}`);
    return undefined;
  }
}
