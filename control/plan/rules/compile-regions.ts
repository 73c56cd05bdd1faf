// Where requests of a function may be answered, for the router.

import type { RegionsEntry } from '../../../edge/contract/rules/regions.ts';
import type { RegionsRule } from '../../model/rules/regions.ts';

export const compileRegionsRule = ({
  run_in: runIn,
  residency,
  prefer,
  failover,
}: RegionsRule): RegionsEntry => ({
  ...{ runIn: runIn ?? null, residency: residency ?? [], prefer, failover: failover ?? [] },
});
