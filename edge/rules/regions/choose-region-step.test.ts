import { expect, test } from 'vitest';
import type { RegionEntry, RegionsTable } from '../../contract/regions.ts';
import type { RegionsEntry } from '../../contract/rules/regions.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import { KnownRegions } from '../../regions/known-regions.ts';
import { KeptTrace } from '../trace.ts';
import type { Visit } from '../visit.ts';
import { regionsStep } from './choose-region-step.ts';

const region = (name: string, changes: Partial<RegionEntry> = {}): RegionEntry => ({
  ...{ name, place: { latitude: 50, longitude: 8 }, tags: [], endpoint: null, healthy: true },
  ...{ fault: null, latencyMs: 0, hopSecret: null },
  ...changes,
});
const RULE: RegionsEntry = { runIn: null, residency: [], prefer: 'nearest', failover: [] };
const boston = region('boston', {
  place: { latitude: 42.36, longitude: -71.06 },
  endpoint: 'https://b.example',
});

function visit(table: RegionsTable | undefined, changes: object = {}): Visit {
  const regions = new KnownRegions();
  regions.replace(table);
  const client = { ip: null, scheme: 'http', geo: null, proxied: false };
  return {
    front: { regions },
    client,
    hop: undefined,
    regions: null,
    trace: new KeptTrace(),
    ...changes,
  } as unknown as Visit;
}
const run = (made: Visit, rule: Partial<RegionsEntry> = {}): unknown =>
  regionsStep.prepare({ regions: { ...RULE, ...rule } }, { functionId: 'f', project: 'p' })?.(made);
const traceOf = (made: Visit) => (made.trace as KeptTrace).decisions;

test('without the section there is no step, and without regions it chooses nothing', () => {
  expect(regionsStep.prepare({}, { functionId: 'f', project: 'p' })).toBeUndefined();
  const nowhere = visit(undefined);
  expect([run(nowhere), nowhere.regions]).toEqual([undefined, null]);
});

test('chooses by the client’s place, and notes by what', () => {
  const geo = { latitude: '43.0', longitude: '-70.0' };
  const made = visit({ here: 'home', list: [region('home'), boston] }, { client: { geo } });
  expect(run(made)).toBeUndefined();
  expect(made.regions?.map((one) => one.region.name)).toEqual(['boston', 'home']);
  expect(traceOf(made)).toMatchObject([
    {
      ...{ step: 'regions', decision: 'boston: nearest (112 km)' },
      details: {
        client: { latitude: 43, longitude: -70 },
        standIns: ['home'],
        ranked: [{ name: 'boston', km: 112 }, {}],
      },
    },
  ]);
});

test('refuses with the reason where no region may answer', () => {
  const made = visit({ here: 'home', list: [region('home')] });
  expect(() => run(made, { residency: ['EU'] })).toThrow(PlatformError);
  expect(traceOf(made)[0]?.decision).toMatch(/^refused: This function may run only within EU/);
});

test('a request that was passed on stays, if it may run here', () => {
  const hop = { from: 'boston', to: 'home', client: {} };
  const list = [region('home', { tags: ['EU'] }), boston];
  const made = visit({ here: 'home', list }, { hop });
  expect([run(made, { prefer: 'latency' }), made.regions]).toEqual([undefined, null]);
  expect(traceOf(made)[0]?.decision).toBe('home: passed on from boston, and not passed on again');
  expect(() => run(visit({ here: 'home', list }, { hop }), { runIn: ['boston'] })).toThrow(
    /passed on from region boston to home/,
  );
});
