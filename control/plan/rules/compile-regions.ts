// Where requests of a function may be answered, for the router.

import type { RulesEntry } from '../../../edge/contract/rules.ts';
import type { Rules } from '../../model/rules.ts';

export function compileRegionsRule({ regions }: Rules): RulesEntry {
  if (!regions) return {};
  const { run_in: runIn, residency, prefer, failover } = regions;
  return {
    regions: { runIn: runIn ?? null, residency: residency ?? [], prefer, failover: failover ?? [] },
  };
}
