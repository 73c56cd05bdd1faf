// Which regions answer a request: the one that is best, and who stands in for it, or why none may. Pure.
//
// A region that the rules do not allow is never taken, whatever has failed: residency is a refusal and no preference.

import type { Place, RegionEntry, RegionsTable } from '../contract/regions.ts';
import type { RegionsEntry } from '../contract/rules/regions.ts';
import { type Ranked, rankRegions } from './rank-regions.ts';

export interface RegionChoice {
  readonly region: RegionEntry;
  readonly why: string;
}

export type RegionDecision =
  | {
      readonly order: readonly [RegionChoice, ...RegionChoice[]];
      /** All that are allowed, as if all were there. */
      readonly ranked: readonly Ranked[];
    }
  | { readonly refused: string };

export interface ChoiceInput {
  readonly table: RegionsTable;
  readonly rule: RegionsEntry;
  /** Where the client is; null when that is not known. */
  readonly client: Place | null;
  /** Why this front avoids a region; undefined for most. */
  readonly avoided: (name: string) => string | undefined;
}

export function chooseRegion({ table, rule, client, avoided }: ChoiceInput): RegionDecision {
  const allowed = allowedRegions(table.list, rule);
  if (allowed.length === 0) return { refused: nowhere(table.list, rule) };
  const here = table.list.find(({ name }) => name === table.here)?.place ?? null;
  const ranked = rankRegions({ regions: allowed, rule, client, here });
  const healthy = ranked.filter(({ region }) => region.healthy);
  if (healthy.length === 0) return { refused: noneHealthy(allowed, rule) };
  // What this front has met by itself is no more than a hint: where it leaves nobody, all that are healthy are asked.
  const met = healthy.filter(({ region }) => avoided(region.name) === undefined);
  const usable = met.length > 0 ? met : healthy;
  const [best] = ranked as [Ranked];
  const others = standIns(usable, rule.failover, best);
  if (usable.includes(best)) return { order: [best, ...others], ranked };
  const why = `failover from ${best.region.name} (${best.region.fault ?? avoided(best.region.name) ?? 'not healthy'})`;
  const [first, ...rest] = others as [Ranked, ...Ranked[]];
  return { order: [{ region: first.region, why }, ...rest], ranked };
}

export function allowedRegions(
  regions: readonly RegionEntry[],
  { runIn, residency }: RegionsEntry,
): RegionEntry[] {
  return regions.filter(
    ({ name, tags }) =>
      (runIn === null || runIn.includes(name)) &&
      (residency.length === 0 || residency.some((tag) => tags.includes(tag))),
  );
}

/** First those that the rule names, in its order. */
function standIns(usable: readonly Ranked[], failover: readonly string[], best: Ranked): Ranked[] {
  const named = failover.flatMap((name) => usable.find(({ region }) => region.name === name) ?? []);
  return [...new Set([...named, ...usable])].filter((one) => one !== best);
}

function nowhere(all: readonly RegionEntry[], { runIn, residency }: RegionsEntry): string {
  const within = residency.length > 0 ? ` within ${residency.join(' or ')}` : '';
  const among = runIn ? `of ${runIn.join(', ')}` : `of the ${all.length} regions there are`;
  return `This function may run only${within}${within && runIn ? ' and' : ''}${runIn ? ` in ${runIn.join(', ')}` : ''}, and none ${among} is such a region: its owner has to change rules.regions, or an owner of the platform the regions.`;
}

function noneHealthy(allowed: readonly RegionEntry[], { residency }: RegionsEntry): string {
  const shown = allowed.map(({ name, fault }) => `${name} (${fault ?? 'not healthy'})`).join(', ');
  const within = residency.length > 0 ? ` within ${residency.join(' or ')}` : '';
  return `No region${within} where this function may run is healthy: ${shown}. It is answered nowhere else.`;
}
