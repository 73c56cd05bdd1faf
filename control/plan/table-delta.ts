// What changed in the routing table since a generation, so that a deploy sends one function and not ten
// thousand. The log of changes is bounded; a front that is further behind gets the whole table.

import { ROUTING_TABLE_VERSION } from '../../edge/contract/names.ts';
import type { RoutingTable, TableDelta } from '../../edge/contract/routing-table.ts';

export interface TableChange {
  readonly generation: number;
  /** Ids of functions that were set or removed. */
  readonly functions: readonly string[];
  readonly routes: boolean;
  readonly credentials: boolean;
  readonly regions?: boolean;
  /** Digests of keys of visitors that were set or removed. */
  readonly apiKeys?: readonly string[];
  readonly challenges?: boolean;
}

/** Changes that are remembered. */
export const tableChangesMax = 1000;

/**
 * The delta from `base` to `table`, or undefined when `changes` does not reach back that far.
 * `changes` are consecutive and end at the table's generation.
 */
export function tableDelta(
  table: RoutingTable,
  changes: readonly TableChange[],
  base: number,
): TableDelta | undefined {
  const since = changes.filter((change) => change.generation > base);
  if (base > table.generation || since.length !== table.generation - base) return undefined;
  const touched = new Set(since.flatMap((change) => change.functions));
  const functions: TableDelta['functions'] = {};
  const removed: string[] = [];
  for (const id of touched) {
    const entry = table.functions[id];
    if (entry) functions[id] = entry;
    else removed.push(id);
  }
  const keys = keysDelta(table, since);
  return {
    version: ROUTING_TABLE_VERSION,
    base,
    generation: table.generation,
    functions,
    removed,
    ...(since.some((change) => change.routes) && { routes: table.routes }),
    ...(since.some((change) => change.credentials) && { credentials: table.credentials }),
    ...(since.some((change) => change.regions) && { regions: table.regions }),
    ...(keys && { apiKeys: keys }),
    ...(since.some((change) => change.challenges) && { challenges: table.challenges ?? {} }),
  };
}

function keysDelta(table: RoutingTable, since: readonly TableChange[]): TableDelta['apiKeys'] {
  const touched = new Set(since.flatMap(({ apiKeys = [] }) => apiKeys));
  if (touched.size === 0) return undefined;
  const keys = table.apiKeys ?? {};
  const set: NonNullable<TableDelta['apiKeys']>['set'] = {};
  const removed: string[] = [];
  for (const digest of touched) {
    const key = keys[digest];
    if (key) set[digest] = key;
    else removed.push(digest);
  }
  return { set, removed };
}
