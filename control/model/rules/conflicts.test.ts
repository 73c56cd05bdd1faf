import { expect, test } from 'vitest';
import { mergedConflict } from '../../plan/merged-rule-conflicts.ts';
import { routeRulesSchema, rulesSchema } from '../rules.ts';

function faults(rules: object): string[] {
  const { error } = rulesSchema.safeParse(rules);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
}
const ORIGIN = 'https://a.example';
const AUTH = { method: { type: 'api_key' } };

test.each<[string, object, RegExp]>([
  [
    'an address that is let in and kept out',
    { ip: { allow: ['10.1.0.0/16'], deny: ['10.0.0.0/8'] } },
    /^ip\.allow\.0 is "10\.1\.0\.0\/16", all of which "ip\.deny" keeps out/,
  ],
  [
    'one that two neighbours keep out',
    { ip: { allow: ['::ffff:10.0.0.0/104'], deny: ['10.0.0.0/8'] } },
    /^ip\.allow\.0/,
  ],
  [
    'the same network twice',
    { ip: { deny: ['10.0.0.1', '::1', '10.0.0.1'] } },
    /^ip\.deny\.2 .* as ip\.deny\.0 is/,
  ],
  [
    'the same bot in both lists',
    { bots: { allow: ['Curl'], deny: ['x', 'curl'] } },
    /^bots\.deny\.1 is "curl"/,
  ],
  [
    'pages that may send by one rule only',
    { cors: { origins: [ORIGIN] }, csrf: {} },
    /^cors\.origins\.0 .*csrf\.origins/,
  ],
  [
    'any page, the same',
    { cors: { origins: ['*'] }, csrf: { origins: [ORIGIN] } },
    /^cors\.origins\.0 is "\*"/,
  ],
  [
    'a redirect and a rewrite of one path',
    {
      redirects: [{ from: '/a/*', to: '/b' }],
      rewrite: [
        { path: '/x', to: '/y' },
        { path: '/a/c', to: '/d' },
      ],
    },
    /^rewrite\.1\.path is "\/a\/c", which redirects\.0 \("\/a\/\*"\) sends elsewhere first/,
  ],
  [
    'a header that is set and removed',
    { response_headers: [{ set: 'X-A', value: '1' }, { remove: 'x-a' }] },
    /^response_headers\.1\.remove is "x-a", which response_headers\.0 has in "set"/,
  ],
  [
    'a header that is set twice',
    {
      request_headers: [
        { set: 'x', value: '1', when: { path: '/a' } },
        { set: 'x', value: '2', when: { path: '/a' } },
      ],
    },
    /^request_headers\.1\.set/,
  ],
  [
    'what cors sets',
    { cors: { origins: [ORIGIN] }, response_headers: [{ set: 'Access-Control-Allow-Origin', value: '*' }] },
    /^response_headers\.0\.set is "Access-Control-Allow-Origin", which "cors" sets/,
  ],
  [
    'answers to one visitor that are kept for all',
    { auth: AUTH, cache: { ttl: 60, ignore_origin: true } },
    /^cache\.ignore_origin is true, so that what one visitor gets/,
  ],
  [
    'a time that never holds',
    { auth: AUTH, cache: { ttl: 60 } },
    /^cache\.ttl is for answers that all may have/,
  ],
])('%s is refused', (_, rules, said) => {
  expect(faults(rules)).toEqual([expect.stringMatching(said)]);
});

test.each<[string, object]>([
  ['a part of what is let in is kept out', { ip: { allow: ['10.0.0.0/8'], deny: ['10.1.0.0/16'] } }],
  ['both families', { ip: { allow: ['::/0'], deny: ['0.0.0.0/0'] } }],
  ['pages that may only read', { cors: { origins: ['*'], methods: ['GET', 'HEAD'] }, csrf: {} }],
  ['pages that both rules name', { cors: { origins: [ORIGIN] }, csrf: { origins: [ORIGIN] } }],
  ['a rewrite of more', { redirects: [{ from: '/a/b', to: '/c' }], rewrite: [{ path: '/a/*', to: '/d' }] }],
  [
    'one header under other conditions',
    {
      response_headers: [
        { set: 'x', value: '1' },
        { remove: 'x', when: { status: [404] } },
        { append: 'x', value: '2' },
      ],
    },
  ],
  [
    'a preset and a change of it',
    { response_headers: [{ preset: 'secure' }, { remove: 'x-frame-options' }] },
  ],
  ['a cache for each visitor', { auth: AUTH, cache: { ttl: 60, key: { identity: true } } }],
  ['a cache of what says itself that it is for all', { auth: AUTH, cache: {} }],
  ['a cache behind auth that is not required', { auth: { ...AUTH, required: false }, cache: { ttl: 60 } }],
])('no conflict: %s', (_, rules) => {
  expect(faults(rules)).toEqual([]);
});

test('ten thousand networks in both lists are compared in no time', () => {
  const networks = Array.from({ length: 10_000 }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`);
  expect(faults({ ip: { allow: networks.map((one) => one.replace('10.', '11.')), deny: networks } })).toEqual(
    [],
  );
});

test('what cannot be read is refused for that, and not compared', () => {
  const rules = {
    ip: { allow: ['x'], deny: ['y'] },
    redirects: [{ from: 'x', to: '/' }],
    rewrite: [{ path: 'y', to: '/' }],
    response_headers: [{ set: '', value: '\n' }],
  };
  expect(faults(rules).length).toBeGreaterThanOrEqual(5);
  expect(routeRulesSchema.safeParse({ request_headers: null, ip: null, redirects: null }).success).toBe(true);
});

test('what a function and its route say together is held together', () => {
  const rules = rulesSchema.parse({ cors: { origins: [ORIGIN] } });
  const route = (ofRoute: object) => ({
    rules,
    routes: [{ pattern: '/plain' }, { pattern: '/x/*', rules: routeRulesSchema.parse(ofRoute) }],
  });
  expect(mergedConflict(route({ csrf: {} }))).toMatchObject({
    pattern: '/x/*',
    conflict: { path: ['cors', 'origins', 0] },
  });
  expect(mergedConflict(route({ csrf: {}, cors: null }))).toBeUndefined();
  expect(mergedConflict(route({ csrf: { origins: [ORIGIN] } }))).toBeUndefined();
});
