// The step that says where a request is answered. It only chooses: `regions/answer-in-region.ts` goes there.

import type { Place } from '../../contract/regions.ts';
import type { RegionsEntry } from '../../contract/rules/regions.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import { allowedRegions, chooseRegion } from '../../regions/choose-region.ts';
import type { Step, StepMaker } from '../step.ts';
import type { Visit } from '../visit.ts';

export const regionsStep: StepMaker = {
  name: 'regions',
  prepare: ({ regions }) => regions && stepOf(regions),
};

const stepOf =
  (rule: RegionsEntry): Step =>
  (visit) => {
    const { table, faults } = visit.front.regions;
    // As in `functions dev`, where a platform is no more than one function.
    if (table.list.length === 0) return undefined;
    if (visit.hop) return stayHere(visit, rule);
    const now = Date.now();
    const client = placeOf(visit);
    const decision = chooseRegion({ table, rule, client, avoided: (name) => faults.avoided(name, now) });
    if ('refused' in decision) throw refusal(visit, decision.refused);
    const [first, ...others] = decision.order;
    if (visit.trace.on)
      visit.trace.note('regions', `${first.region.name}: ${first.why}`, {
        client,
        standIns: others.map(({ region }) => region.name),
        ranked: decision.ranked.map(({ region, km }) => ({
          ...{ name: region.name, km: km === null ? null : Math.round(km) },
          ...{ latencyMs: region.latencyMs, healthy: region.healthy, fault: region.fault },
        })),
      });
    visit.regions = decision.order;
    return undefined;
  };

/** A request that a platform has passed on is not passed on again, so that no two send it to each other. */
function stayHere(visit: Visit, rule: RegionsEntry): undefined {
  const { here, table } = visit.front.regions;
  const from = visit.hop?.from;
  if (!here || !allowedRegions([here], rule).includes(here))
    throw refusal(
      visit,
      `This request was passed on from region ${from} to ${table.here}, where rules.regions do not let the function run: the rules of the two platforms differ.`,
    );
  visit.trace.note('regions', `${table.here}: passed on from ${from}, and not passed on again`);
  return undefined;
}

function refusal(visit: Visit, message: string): PlatformError {
  visit.trace.note('regions', `refused: ${message}`);
  return new PlatformError('FN_008', 503, message, { retryAfterSeconds: 1 });
}

/** Null while nobody knows where the client is. */
function placeOf({ client: { geo } }: Visit): Place | null {
  const [latitude, longitude] = [Number(geo?.latitude), Number(geo?.longitude)];
  return Number.isFinite(latitude) && Number.isFinite(longitude) ? { latitude, longitude } : null;
}
