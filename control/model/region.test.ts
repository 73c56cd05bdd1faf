import { expect, test } from 'vitest';
import {
  hopSecretLength,
  regionEndpointLengthMax,
  regionNameLengthMax,
  regionPathLengthMax,
  regionsNamedMax,
  regionTagLengthMax,
  regionTagsMax,
} from './limits.ts';
import { createRegionSchema } from './region.ts';
import { regionsRuleSchema } from './rules/regions.ts';

const region = { name: 'eu-west', latitude: 53.35, longitude: -6.26 };
const fault = (more: object): string | undefined =>
  createRegionSchema.safeParse({ ...region, ...more }).error?.issues[0]?.path.join('.');
const ruleFault = (rule: object): string | undefined =>
  regionsRuleSchema.safeParse(rule).error?.issues[0]?.message;

test('an endpoint is an origin, in one spelling', () => {
  const endpoint = 'HTTPS://EU.Example.com:443/';
  expect(createRegionSchema.parse({ ...region, endpoint }).endpoint).toBe('https://eu.example.com');
  for (const bad of [
    'eu.example.com',
    'ftp://x',
    'https://x/path',
    'https://x/?a',
    'https://x/#a',
    'https://u:p@x',
    'https://',
  ])
    expect(fault({ endpoint: bad }), bad).toBe('endpoint');
});

test('tags are upper case, whatever case they were sent in', () => {
  expect(createRegionSchema.parse({ ...region, tags: ['eu', 'Zone_1'] }).tags).toEqual(['EU', 'ZONE_1']);
  expect(regionsRuleSchema.parse({ residency: ['eu'] })).toEqual({ residency: ['EU'], prefer: 'nearest' });
});

test('what is beyond a limit is refused, and what is at it is not', () => {
  const cases: readonly (readonly [field: string, at: object, beyond: object])[] = [
    ['name', { name: 'a'.repeat(regionNameLengthMax) }, { name: 'a'.repeat(regionNameLengthMax + 1) }],
    ['latitude', { latitude: -90 }, { latitude: -90.1 }],
    ['longitude', { longitude: 180 }, { longitude: 180.1 }],
    ['tags', { tags: Array(regionTagsMax).fill('EU') }, { tags: Array(regionTagsMax + 1).fill('EU') }],
    ['tags.0', { tags: ['x'.repeat(regionTagLengthMax)] }, { tags: ['x'.repeat(regionTagLengthMax + 1)] }],
    [
      'endpoint',
      { endpoint: `https://${'a'.repeat(regionEndpointLengthMax - 8)}` },
      { endpoint: `https://${'a'.repeat(regionEndpointLengthMax - 7)}` },
    ],
    [
      'health_path',
      { health_path: `/${'a'.repeat(regionPathLengthMax - 1)}` },
      { health_path: `/${'a'.repeat(regionPathLengthMax)}` },
    ],
    [
      'hop_secret',
      { hop_secret: 'x'.repeat(hopSecretLength.min) },
      { hop_secret: 'x'.repeat(hopSecretLength.min - 1) },
    ],
    [
      'hop_secret',
      { hop_secret: 'x'.repeat(hopSecretLength.max) },
      { hop_secret: 'x'.repeat(hopSecretLength.max + 1) },
    ],
  ];
  for (const [field, at, beyond] of cases) {
    expect(fault(at), field).toBeUndefined();
    expect(fault(beyond), field).toBe(field);
  }
  const names = (count: number): string[] => Array.from({ length: count }, (_, at) => `r-${at}`);
  expect(ruleFault({ run_in: names(regionsNamedMax) })).toBeUndefined();
  expect(ruleFault({ run_in: names(regionsNamedMax + 1) })).toBeDefined();
});

test('a rule that contradicts itself is refused', () => {
  expect(ruleFault({ run_in: ['a'], failover: ['b'] })).toMatch(/names b, which run_in does not allow/);
  expect(ruleFault({ run_in: ['a', 'a'] })).toMatch(/must not name a region twice/);
  expect(ruleFault({ run_in: [] })).toMatch(/leave it out for all/);
  expect(ruleFault({ prefer: 'order' })).toMatch(/name the regions there/);
  expect(ruleFault({ prefer: 'fastest' })).toBeDefined();
  expect(ruleFault({ run_in: ['a', 'b'], failover: ['b'], prefer: 'order' })).toBeUndefined();
});
