// Puts regions into the order in which they would be taken, were all of them there.
//
// Nearest means to the client, or to this machine while nobody knows where he is. Two things speak against the nearest:
// another one that is about as near and answers sooner, and a region that is slower than its distance explains. What
// its distance explains is no fault of it: a region beside a far client is far from here.

import type { Place, RegionEntry } from '../contract/regions.ts';
import type { RegionsEntry } from '../contract/rules/regions.ts';
import { distanceKm } from './measure-distance.ts';

/** Distances that differ by less are about the same: cities of one area, and what is known of a client's place. */
export const sameDistanceKm = 150;
/** How far there and back a packet comes in a millisecond, on real routes in glass: half of what light could. */
export const kmPerMs = 50;
/** A region that is slower than its distance explains by as much is taken for farther away. */
export const slowMs = 100;

export interface Ranked {
  readonly region: RegionEntry;
  /** From the client, or from here; null when either is not known. */
  readonly km: number | null;
  /** Why it stands before those behind it. */
  readonly why: string;
}

export interface RankInput {
  readonly regions: readonly RegionEntry[];
  readonly rule: Pick<RegionsEntry, 'prefer' | 'runIn'>;
  /** Where the client is; null when that is not known. */
  readonly client: Place | null;
  readonly here: Place | null;
}

export function rankRegions({ regions, rule, client, here }: RankInput): Ranked[] {
  const from = client ?? here;
  const measured = regions.map((region) => ({
    region,
    km: from && region.place ? distanceKm(from, region.place) : null,
    excessMs: excessOf(region, here),
  }));
  if (rule.prefer === 'order') return inOrder(measured, rule.runIn);
  if (rule.prefer === 'latency' || measured.every(({ km }) => km === null)) return byLatency(measured);
  return byDistance(measured);
}

interface Measured extends Pick<Ranked, 'region' | 'km'> {
  /** Above what its distance from here explains. */
  readonly excessMs: number;
}

function excessOf({ place, latencyMs }: RegionEntry, here: Place | null): number {
  if (latencyMs === null) return 0;
  return Math.max(0, latencyMs - (here && place ? distanceKm(here, place) / kmPerMs : 0));
}

function inOrder(regions: readonly Measured[], runIn: RegionsEntry['runIn']): Ranked[] {
  const place = ({ name }: RegionEntry): number => runIn?.indexOf(name) ?? 0;
  return regions
    .toSorted((one, other) => place(one.region) - place(other.region))
    .map((ranked, at) => ({ ...ranked, why: `order (number ${at + 1})` }));
}

function byLatency(regions: readonly Measured[]): Ranked[] {
  return regions.toSorted(sooner).map((ranked) => ({ ...ranked, why: `latency (${show(ranked.region)})` }));
}

/** One after the other is taken out, each time the best of what is left: "about as near" is no order by itself. */
function byDistance(regions: readonly Measured[]): Ranked[] {
  const left = [...regions];
  const ranked: Ranked[] = [];
  while (left.length > 0) {
    const best = bestOf(left);
    left.splice(left.indexOf(best), 1);
    ranked.push({ ...best, why: reasonOf(best, left) });
  }
  return ranked;
}

function bestOf(regions: readonly Measured[]): Measured {
  const least = Math.min(...regions.map(seemingKm));
  const near = regions.filter((one) => seemingKm(one) - least < sameDistanceKm || seemingKm(one) === least);
  return near.toSorted(sooner)[0] as Measured;
}

function reasonOf(best: Measured, others: readonly Measured[]): string {
  const nearer = others.find(({ km }) => (km ?? Infinity) < (best.km ?? Infinity));
  if (!nearer)
    return best.km === null ? `latency (${show(best.region)})` : `nearest (${Math.round(best.km)} km)`;
  const slow = nearer.excessMs >= slowMs;
  const about = slow
    ? `${nearer.region.name} is nearer and slow: ${show(nearer.region)}`
    : `${nearer.region.name} is about as near: ${show(nearer.region)}`;
  return `latency (${show(best.region)}; ${about})`;
}

/** How far it seems to be by how slow it is. Of a region that is nowhere, nothing is known. */
const seemingKm = ({ km, excessMs }: Measured): number =>
  (km ?? Number.MAX_SAFE_INTEGER) + (excessMs >= slowMs ? excessMs * kmPerMs : 0);

function sooner(one: Measured, other: Measured): number {
  const [a, b] = [one, other].map(({ region }) => region.latencyMs ?? Number.MAX_SAFE_INTEGER) as [
    number,
    number,
  ];
  return a - b || (one.km ?? 0) - (other.km ?? 0);
}

const show = ({ latencyMs }: RegionEntry): string =>
  latencyMs === null ? 'not measured' : `${latencyMs.toFixed(1).replace(/\.0$/, '')} ms`;
