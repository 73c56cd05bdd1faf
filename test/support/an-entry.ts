// Entries and tables as control compiles them, for tests of the edge.

import { ROUTING_TABLE_VERSION } from '../../edge/contract/names.ts';
import type { FunctionEntry, RoutingTable } from '../../edge/contract/routing-table.ts';

export const HASH_OF_TOKEN = '3c469e9d6c5875d37a43f353d4f88e61fcf812c66eee3457465a40b0da4153e0'; // SHA-256 of "token"
export const V1 = '1a'.repeat(32);
export const V2 = '2b'.repeat(32);

export function anEntry(changes: Partial<FunctionEntry> = {}): FunctionEntry {
  return {
    ...{ id: 'fn_hello', project: 'default', name: 'hello', public: true, disabled: false },
    ...{ deployment: [{ version: V1, shareBp: 10_000 }], previews: [], slots: { [V1]: [0] } },
    ...{ sticky: { by: 'random' }, aliases: {}, shadow: null },
    ...{
      timeoutMs: 5000,
      streamTimeoutMs: 900_000,
      rateLimit: null,
      concurrency: 100,
      targetConcurrency: 100,
      maxInstances: 4,
    },
    ...{ queueLength: 100, queueTimeoutMs: 3000, requestBytesMax: 1000 },
    ...changes,
  };
}

export function aTable(entries: readonly FunctionEntry[], changes: Partial<RoutingTable> = {}): RoutingTable {
  return {
    ...{
      version: ROUTING_TABLE_VERSION,
      generation: 1,
      domain: 'localhost',
      trustedProxies: [],
      routes: [],
      credentials: { [HASH_OF_TOKEN]: { role: 'owner', projects: null, expiresAt: null } },
    },
    functions: Object.fromEntries(entries.map((entry) => [entry.id, entry])),
    ...changes,
  };
}
