// The routing table of a router without a control: each function has one version and one slot, which leads to its
// service binding, for as long as the router runs.

import { compileRoutes } from '../contract/compile-routes.ts';
import { ROUTING_TABLE_VERSION } from '../contract/names.ts';
import type { FunctionEntry, RoutingTable } from '../contract/routing-table.ts';
import type { RouterSettings } from './router-settings.ts';

/** Of every function: whoever runs the functions sees to versions. */
export const STATIC_VERSION = '0'.repeat(64);
/** Nothing here knows how many requests a function takes, so that none is kept waiting. */
const concurrency = 1_000_000;
/** As a front of control takes. */
const requestBytesMax = 10 * 1024 * 1024;
/** A body may take as long as a client can wait. */
const streamTimeoutMs = 86_400_000;

export interface StaticTable {
  readonly table: RoutingTable;
  /** Names of the service bindings, by slot. */
  readonly bindings: readonly string[];
}

export function staticTable({ domain, functions, credentials }: RouterSettings): StaticTable {
  const all = [...functions].map(([key, settings], slot) => ({ key, settings, slot }));
  return {
    table: {
      version: ROUTING_TABLE_VERSION,
      generation: 1,
      domain,
      // Who comes to Cloudflare is told by Cloudflare.
      trustedProxies: [],
      functions: Object.fromEntries(
        all.map(({ key, settings, slot }) => [
          key,
          entryOf(key, settings.public, settings.timeoutSeconds, slot),
        ]),
      ),
      routes: compileRoutes(all.map(({ key, settings }) => ({ id: key, routes: settings.routes }))),
      credentials: Object.fromEntries(
        [...credentials].map(([digest, projects]) => [
          digest,
          { role: 'invoker' as const, projects: projects && [...projects], expiresAt: null },
        ]),
      ),
    },
    bindings: all.map(({ settings }) => settings.binding),
  };
}

function entryOf(key: string, isPublic: boolean, timeoutSeconds: number, slot: number): FunctionEntry {
  const [project = '', name = ''] = key.split('/');
  return {
    ...{ id: key, project, name, public: isPublic, disabled: false },
    deployment: [{ version: STATIC_VERSION, shareBp: 10_000 }],
    ...{ sticky: { by: 'random' }, previews: [], aliases: {}, shadow: null },
    slots: { [STATIC_VERSION]: [slot] },
    ...{ timeoutMs: timeoutSeconds * 1000, streamTimeoutMs, rateLimit: null },
    ...{ concurrency, targetConcurrency: concurrency, maxInstances: 1 },
    ...{ queueLength: 0, queueTimeoutMs: 1000, requestBytesMax },
  };
}
