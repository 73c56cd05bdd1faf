import { expect, test } from 'vitest';
import type { RegionEntry } from '../contract/regions.ts';
import type { RegionsEntry } from '../contract/rules/regions.ts';
import { type ChoiceInput, chooseRegion } from './choose-region.ts';
import { sameDistanceKm, slowMs } from './rank-regions.ts';

const FRANKFURT = { latitude: 50.11, longitude: 8.68 };
const DUBLIN = { latitude: 53.35, longitude: -6.26 };
const VIRGINIA = { latitude: 38.95, longitude: -77.45 };
const BERLIN = { latitude: 52.52, longitude: 13.4 };
const BOSTON = { latitude: 42.36, longitude: -71.06 };
const SYDNEY = { latitude: -33.87, longitude: 151.21 };

const region = (name: string, changes: Partial<RegionEntry> = {}): RegionEntry => ({
  ...{ name, place: FRANKFURT, tags: [], endpoint: `https://${name}.example.com`, healthy: true },
  ...{ fault: null, latencyMs: 10, hopSecret: null },
  ...changes,
});
const central = region('eu-central', { endpoint: null, latencyMs: 0, tags: ['EU', 'DE'] });
const west = region('eu-west', { place: DUBLIN, latencyMs: 25, tags: ['EU', 'IE'] });
const east = region('us-east', { place: VIRGINIA, latencyMs: 90, tags: ['US', 'NA'] });

const ANY: RegionsEntry = { runIn: null, residency: [], prefer: 'nearest', failover: [] };

interface Case extends Partial<Omit<ChoiceInput, 'rule' | 'table'>> {
  readonly rule?: Partial<RegionsEntry>;
  readonly regions?: readonly RegionEntry[];
}

function choose({ rule = {}, regions = [central, west, east], client = null, avoided }: Case) {
  const decision = chooseRegion({
    ...{ client, avoided: avoided ?? (() => undefined), rule: { ...ANY, ...rule } },
    table: { here: 'eu-central', list: regions },
  });
  if ('refused' in decision) return decision.refused;
  return { names: decision.order.map((one) => one.region.name), why: decision.order[0].why };
}

test('the nearest to the client answers, and the others stand in for it by their distance', () => {
  expect(choose({ client: BOSTON })).toEqual({
    names: ['us-east', 'eu-west', 'eu-central'],
    why: 'nearest (659 km)',
  });
  expect(choose({ client: BERLIN })).toMatchObject({ names: ['eu-central', 'eu-west', 'us-east'] });
});

test('while nobody knows where the client is, it is the nearest to this machine', () => {
  expect(choose({ client: null })).toEqual({
    names: ['eu-central', 'eu-west', 'us-east'],
    why: 'nearest (0 km)',
  });
});

test('without any place the latency decides', () => {
  const regions = [central, west, east].map((one) => ({ ...one, place: null }));
  expect(choose({ regions, client: BOSTON })).toEqual({
    names: ['eu-central', 'eu-west', 'us-east'],
    why: 'latency (0 ms)',
  });
});

test('of two that are about as near, the one that answers sooner is taken, and no farther one', () => {
  const near = region('near', { place: { latitude: 50.2, longitude: 8.7 }, latencyMs: 9 });
  const slower = { ...west, place: FRANKFURT, latencyMs: 30 };
  expect(choose({ regions: [slower, near, east], client: FRANKFURT })).toEqual({
    names: ['near', 'eu-west', 'us-east'],
    why: 'latency (9 ms; eu-west is about as near: 30 ms)',
  });
  const beyond = { ...near, place: { latitude: 50.11 + (sameDistanceKm + 1) / 111, longitude: 8.68 } };
  expect(choose({ regions: [slower, beyond], client: FRANKFURT })).toMatchObject({
    names: ['eu-west', 'near'],
  });
});

test('a nearer region that is slower than its distance explains comes after the next one', () => {
  const slow = { ...west, latencyMs: 25 + slowMs };
  expect(choose({ regions: [slow, central], client: DUBLIN })).toEqual({
    names: ['eu-central', 'eu-west'],
    why: 'latency (0 ms; eu-west is nearer and slow: 125 ms)',
  });
  // 1,087 km explain 22 ms of it.
  expect(choose({ regions: [{ ...slow, latencyMs: 21 + slowMs }, central], client: DUBLIN })).toMatchObject({
    names: ['eu-west', 'eu-central'],
  });
});

test('a region that is far from here because it is beside the client is not slow', () => {
  const sydney = region('ap-south', { place: SYDNEY, latencyMs: 290 });
  expect(choose({ regions: [central, sydney], client: { latitude: -37.8, longitude: 144.9 } })).toMatchObject(
    {
      names: ['ap-south', 'eu-central'],
    },
  );
});

test('latency and order are taken at their word', () => {
  expect(choose({ rule: { prefer: 'latency' }, client: BOSTON })).toEqual({
    names: ['eu-central', 'eu-west', 'us-east'],
    why: 'latency (0 ms)',
  });
  const rule = { prefer: 'order', runIn: ['us-east', 'eu-west'] } as const;
  expect(choose({ rule, client: BERLIN })).toEqual({
    names: ['us-east', 'eu-west'],
    why: 'order (number 1)',
  });
});

test('one that was not measured yet is the last by latency', () => {
  const regions = [{ ...central, latencyMs: null }, west, east];
  expect(choose({ rule: { prefer: 'latency' }, regions })).toMatchObject({
    names: ['eu-west', 'us-east', 'eu-central'],
  });
});

test('when the best is not healthy, those that failover names come first, and the answer says why', () => {
  const regions = [{ ...central, healthy: false, fault: 'no answer to 3 questions' }, west, east];
  expect(choose({ regions, client: BERLIN })).toEqual({
    names: ['eu-west', 'us-east'],
    why: 'failover from eu-central (no answer to 3 questions)',
  });
  expect(choose({ regions, client: BERLIN, rule: { failover: ['us-east'] } })).toMatchObject({
    names: ['us-east', 'eu-west'],
  });
});

test('what a front has met with counts as long as it leaves somebody', () => {
  const one = (name: string) => (name === 'eu-central' ? 'nothing listens there' : undefined);
  expect(choose({ client: BERLIN, avoided: one })).toEqual({
    names: ['eu-west', 'us-east'],
    why: 'failover from eu-central (nothing listens there)',
  });
  expect(choose({ client: BERLIN, avoided: () => 'x' })).toMatchObject({
    names: ['eu-central', 'eu-west', 'us-east'],
  });
});

test('residency is a refusal: no region without the tag is ever taken', () => {
  const rule = { residency: ['EU'], failover: ['us-east'] };
  expect(choose({ rule, client: BOSTON })).toMatchObject({ names: ['eu-west', 'eu-central'] });
  const regions = [central, west].map((one) => ({ ...one, healthy: false, fault: 'cut off' }));
  expect(choose({ rule, regions: [...regions, east], client: BOSTON })).toBe(
    'No region within EU where this function may run is healthy: eu-central (cut off), eu-west (cut off). It is answered nowhere else.',
  );
  expect(choose({ rule, regions: [east], client: BOSTON })).toMatch(
    /^This function may run only within EU, and none/,
  );
  expect(choose({ rule: { residency: ['DE', 'IE'] }, client: BOSTON })).toMatchObject({
    names: ['eu-west', 'eu-central'],
  });
});

test('run_in is kept to, also with residency', () => {
  expect(choose({ rule: { runIn: ['us-east'] }, client: BERLIN })).toMatchObject({ names: ['us-east'] });
  expect(choose({ rule: { runIn: ['us-east'], residency: ['EU'] } })).toMatch(
    /within EU and in us-east, and none of us-east/,
  );
  expect(choose({ rule: { runIn: ['gone'] } })).toMatch(/only in gone, and none of gone is such a region/);
});
