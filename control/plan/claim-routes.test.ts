import { expect, test } from 'vitest';
import { foreignRoute } from './claim-routes.ts';

const others = [{ pattern: 'api.shop.example/*' }, { pattern: '*.team.example/*' }, { pattern: '/anywhere' }];
const isForeign = (pattern: string): boolean =>
  foreignRoute([{ pattern }], others, 'functions.example') !== undefined;

test.each([
  ['any host', ['/*', '*/*', '/anywhere/else']],
  [
    'the base domain, and what is below or above it',
    [
      'functions.example/*',
      'cart.functions.example/*',
      'cart.shop.functions.example:8080/*',
      '*.functions.example/*',
      '*.example/*',
    ],
  ],
  ['an address', ['127.0.0.1/p/*', '192.0.2.1:8080/*']],
  [
    'a host of another project, in part or in whole',
    [
      'api.shop.example/*',
      'api.shop.example/mine',
      '*.shop.example/*',
      'x.team.example/',
      'a.b.team.example/',
      '*.x.team.example/*',
    ],
  ],
])('a route on %s is not for a caller with projects', (_, patterns) => {
  expect(patterns.filter((pattern) => !isForeign(pattern))).toEqual([]);
});

test("a route on a host that is nobody's is", () => {
  const free = [
    'blog.example/*',
    '*.blog.example/*',
    'shop.example/*',
    'team.example/*',
    'myfunctions.example/',
  ];
  expect(free.filter(isForeign)).toEqual([]);
});
