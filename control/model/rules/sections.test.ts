// Goal: each limit of a section takes what is as large, and refuses what is one larger; what contradicts itself is refused.

import { expect, test } from 'vitest';
import { rulesSchema } from '../rules.ts';

function faults(rules: object): string[] {
  const { error } = rulesSchema.safeParse(rules);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
}
const many = <Item>(count: number, make: (at: number) => Item): Item[] =>
  Array.from({ length: count }, (_, at) => make(at));
const network = (at: number): string => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`;

test.each<[string, object, object]>([
  ['networks', { ip: { deny: many(10_000, network) } }, { ip: { deny: many(10_001, network) } }],
  ...(['cors', 'csrf'] as const).map((section): [string, object, object] => [
    `origins of ${section}`,
    { [section]: { origins: many(100, (at) => `https://a${at}.example`) } },
    { [section]: { origins: many(101, (at) => `https://a${at}.example`) } },
  ]),
  ['max_age', { cors: { origins: ['*'], max_age: 86_400 } }, { cors: { origins: ['*'], max_age: 86_401 } }],
  ['max_age from below', { cors: { origins: ['*'], max_age: 0 } }, { cors: { origins: ['*'], max_age: -1 } }],
  ['texts of bots', { bots: { deny: many(200, String) } }, { bots: { deny: many(201, String) } }],
  ['a text of bots', { bots: { allow: ['x'.repeat(100)] } }, { bots: { allow: ['x'.repeat(101)] } }],
  ['size.body', { size: { body: 10 * 1024 * 1024 } }, { size: { body: 10 * 1024 * 1024 + 1 } }],
  ['size.url from below', { size: { url: 16 } }, { size: { url: 15 } }],
  ['size.url', { size: { url: 65_534 } }, { size: { url: 65_535 } }],
  ['size.headers from below', { size: { headers: 512 } }, { size: { headers: 511 } }],
  ['size.headers', { size: { headers: 1_048_576 } }, { size: { headers: 1_048_577 } }],
  ['size.header_count', { size: { header_count: 10_000 } }, { size: { header_count: 10_001 } }],
  [
    'rewrites',
    { rewrite: many(100, (at) => ({ path: `/${at}`, to: '/' })) },
    { rewrite: many(101, (at) => ({ path: `/${at}`, to: '/' })) },
  ],
  [
    'a pattern',
    { rewrite: [{ path: `/${'x'.repeat(2047)}`, to: '/' }] },
    { rewrite: [{ path: `/${'x'.repeat(2048)}`, to: '/' }] },
  ],
  [
    'a target',
    { redirects: [{ from: '/', to: `/${'x'.repeat(2047)}` }] },
    { redirects: [{ from: '/', to: `/${'x'.repeat(2048)}` }] },
  ],
  [
    'changes of headers',
    { request_headers: many(100, (at) => ({ remove: `x-${at}` })) },
    { request_headers: many(101, (at) => ({ remove: `x-${at}` })) },
  ],
  [
    'a value',
    { response_headers: [{ set: 'x', value: 'x'.repeat(4096) }] },
    { response_headers: [{ set: 'x', value: 'x'.repeat(4097) }] },
  ],
  [
    'changes of pages',
    { inject: many(20, () => ({ selector: 'a', position: 'remove' })) },
    { inject: many(21, () => ({ selector: 'a', position: 'remove' })) },
  ],
])('%s: as large as may be, and one larger', (_, taken, refused) => {
  expect(faults(taken)).toEqual([]);
  expect(faults(refused)).toHaveLength(1);
});

test.each<[object, RegExp]>([
  [{ ip: {} }, /^ip needs "allow", "deny" or both/],
  [{ ip: { allow: [] } }, /^ip\.allow is empty/],
  [{ ip: { allow: ['10.1.0.0/8'] } }, /^ip\.allow\.0 is "10\.1\.0\.0\/8", which has bits behind its prefix/],
  [{ ip: { allow: ['example.com'] } }, /^ip\.allow\.0 is "example\.com": it must be an address or a network/],
  [{ ip: { alow: ['10.0.0.1'] } }, /alow/],
  [{ cors: { origins: [] } }, /^cors\.origins is empty/],
  [{ cors: { origins: ['*'], credentials: true } }, /^cors\.credentials is true while "origins" is "\*"/],
  [{ cors: { origins: ['*', 'https://a.example'] } }, /^cors\.origins has "\*" beside others/],
  [{ cors: { origins: ['https://a.example'], credentials: true, expose: ['*'] } }, /^cors\.expose is "\*"/],
  [{ cors: { origins: ['null'] } }, /sandboxed frame/],
  [{ cors: { origins: ['https://a.example/'] } }, /write it so|browsers send it as https:\/\/a\.example;/],
  [{ cors: { origins: ['https://A.example'] } }, /as https:\/\/a\.example;/],
  [{ cors: { origins: ['https://a.example:443'] } }, /as https:\/\/a\.example;/],
  [{ cors: { origins: ['https://*.bücher.example'] } }, /as https:\/\/\*\.xn--bcher-kva\.example;/],
  [{ cors: { origins: ['a.example'] } }, /must be an origin/],
  [{ cors: { origins: ['https://a.*.example'] } }, /must be an origin/],
  [{ cors: { origins: ['https://a.example\r\n'] } }, /origin|browsers/],
  [{ csrf: { origins: ['*'] } }, /must be an origin/],
  [{ cors: { origins: ['*'], methods: ['get'] } }, /upper-case/],
  [{ size: {} }, /^size is empty/],
  [{ rewrite: [{ path: '/a', to: 'https://x.example/' }] }, /^rewrite\.0\.to .* must be a path/],
  [{ rewrite: [{ path: '/a', to: '/b#c' }] }, /no "#"/],
  [{ rewrite: [{ path: '/a', to: '/b', origin: 'https://*.example' }] }, /one origin/],
  [{ rewrite: [{ path: '/a', to: '/b', when: {} }] }, /^rewrite\.0\.when is empty/],
  [
    {
      rewrite: [
        { path: '/a/*', to: '/b' },
        { path: '/a/b', to: '/c' },
      ],
    },
    /^rewrite\.1\.path .*rewrite\.0/,
  ],
])('%j is refused', (rules, said) => {
  expect(faults(rules)).toContainEqual(expect.stringMatching(said));
});

test('a rewrite that only holds at times leaves the rest to those behind it', () => {
  const rewrite = [
    { path: '/a', to: '/b', when: { cookie: { x: true } } },
    { path: '/a', to: '/c' },
  ];
  expect(faults({ rewrite })).toEqual([]);
});
