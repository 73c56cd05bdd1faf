import { expect, test } from 'vitest';
import { findRedirectLoop } from './redirect-loops.ts';
import { redirectsSchema } from './redirects.ts';

type Pairs = readonly (readonly [from: string, to: string])[];
const redirectsOf = (pairs: Pairs) => pairs.map(([from, to]) => ({ from, to }));
const loopOf = (...pairs: Pairs) => findRedirectLoop(redirectsOf(pairs));

test.each<[string, Pairs]>([
  ['to itself', [['/a', '/a']]],
  ['to itself with a query', [['/a', '/a?x=1']]],
  ['to itself in another spelling', [['/a', '/%61']]],
  ['by a splat', [['/a/*', '/a/*']]],
  ['to what it takes, and on and on', [['/*', '/v2/*']]],
  ['by a capture', [['/:lang', '/de']]],
  [
    'of two',
    [
      ['/a', '/b'],
      ['/b', '/a'],
    ],
  ],
  [
    'of three',
    [
      ['/a', '/b'],
      ['/b', '/c'],
      ['/c', '/a'],
    ],
  ],
  [
    'of patterns',
    [
      ['/old/*', '/new/*'],
      ['/new/:x', '/old/:x'],
    ],
  ],
  [
    'for some of the paths only',
    [
      ['/old/*', '/new/*'],
      ['/new/a', '/old/a'],
    ],
  ],
  ['by text around a capture', [['/:a', '/x-:a']]],
  [
    'that begins behind',
    [
      ['/x', '/a'],
      ['/a', '/b'],
      ['/b', '/a'],
    ],
  ],
])('a circle is found: %s', (_, pairs) => {
  expect(loopOf(...pairs)?.message).toMatch(/in a circle, or through more than 10 redirects: \/.* -> /);
});

test.each<[string, Pairs]>([
  ['a plain one', [['/a', '/b']]],
  [
    'a chain',
    [
      ['/a', '/b'],
      ['/b', '/c'],
      ['/c', '/d'],
    ],
  ],
  ['another path below', [['/blog/*', '/en/blog/*']]],
  [
    'what comes out is not what went in',
    [
      ['/old/*', '/new/*'],
      ['/new/x', '/old/y'],
    ],
  ],
  ['an address', [['/*', 'https://www.example.com/*']]],
  [
    'a fixed end that is taken by an earlier rule',
    [
      ['/a/b', '/z'],
      ['/a/*', '/a/b'],
    ],
  ],
  ['a part that is taken off', [['/old/*', '/*']]],
  ['to fewer parts', [['/a/:x/:y', '/a/:x']]],
  ['the root', [['/index.html', '/']]],
])('no circle: %s', (_, pairs) => {
  expect(loopOf(...pairs)).toBeUndefined();
});

test('a chain of as many as a visitor may be sent through is taken, and one more is not', () => {
  const chain = (hops: number): Pairs =>
    Array.from({ length: hops }, (_, at) => [`/${at}`, `/${at + 1}`] as const);
  expect(loopOf(...chain(10))).toBeUndefined();
  expect(loopOf(...chain(11))?.at).toBe(0);
});

test('a hundred rules that all may lead to each other are looked at in no time', () => {
  const pairs = Array.from({ length: 100 }, (_, at) => [`/${at}/:a/:b/:c/*`, `/:a/:b/:c/${at}/*`] as const);
  expect(loopOf(...pairs)).toBeDefined();
});

function faultsOf(redirects: readonly object[]): string[] {
  const { error } = redirectsSchema.safeParse(redirects);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}`);
}

test('a circle, a rule that is never met, and a target that cannot be are refused with both named', () => {
  expect(
    faultsOf(
      redirectsOf([
        ['/a', '/b'],
        ['/b', '/a'],
      ]),
    ),
  ).toEqual([
    '0.to is "/b", which leads in a circle, or through more than 10 redirects: /a -> /b -> /a. Lead to where the last one ends',
  ]);
  expect(
    faultsOf(
      redirectsOf([
        ['/a/*', '/x'],
        ['/a/b', '/y'],
      ]),
    ),
  ).toEqual([
    '1.from is "/a/b", which redirects.0 ("/a/*") takes already: put it before that one, or leave it out',
  ]);
  expect(faultsOf(redirectsOf([['/a', '//evil.example']]))[0]).toMatch(
    /^0\.to is "\/\/evil\.example": it must be a path/,
  );
  expect(faultsOf([{ from: '/a', to: '/b', status: 300 }])[0]).toMatch(/^0\.status/);
  expect(faultsOf(Array.from({ length: 101 }, (_, at) => ({ from: `/a${at}`, to: '/b' })))[0]).toMatch(/100/);
  expect(faultsOf(Array.from({ length: 100 }, (_, at) => ({ from: `/a${at}`, to: '/b' })))).toEqual([]);
});
