// The routing table of a front that has one function. Pure.

import { ROUTING_TABLE_VERSION } from '../../../edge/contract/names.ts';
import type { RouteEntry, RoutingTable } from '../../../edge/contract/routing-table.ts';
import type { FunctionRecord } from '../../model/function.ts';
import { compileFunction } from '../../plan/compile-table.ts';

const FULL_SHARE_BP = 10_000;

export interface LocalTableInput {
  readonly generation: number;
  readonly record: FunctionRecord;
  /** The newest version; without a slot it is asked for, and refused. */
  readonly version: string;
  /** Where it runs. */
  readonly slot: number | undefined;
}

/**
 * The function answers at its host and below its path, as on the platform, and besides at every other host, so that
 * it can be found at 127.0.0.1 and behind a tunnel.
 */
export function localTable({ generation, record, version, slot }: LocalTableInput): RoutingTable {
  const deployment = { versions: [{ version: version as never, shareBp: FULL_SHARE_BP }] };
  const known = { deployment, versions: [], aliases: new Map() };
  const slots = slot === undefined ? {} : { [version]: [slot] };
  return {
    version: ROUTING_TABLE_VERSION,
    generation,
    domain: 'localhost',
    trustedProxies: [],
    functions: { [record.id]: compileFunction(record, known, slots, 1) },
    routes: [
      // Leads to no function, so that the router goes on and finds the path mount, which a route would cover.
      route('(the path mount)', `/p/${record.project}/functions/${record.name}*`),
      route(record.id, '/*'),
    ],
    credentials: {},
  };
}

const route = (name: string, path: string): RouteEntry => ({
  function: name,
  host: null,
  path,
  methods: null,
});
