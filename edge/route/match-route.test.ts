import { expect, test } from 'vitest';
import type { RouteEntry } from '../contract/routing-table.ts';
import { matchRoute, routesOfHost } from './match-route.ts';

const route = (changes: Partial<RouteEntry>): RouteEntry => ({
  ...{ function: 'fn', host: null, path: '/', exact: false, methods: null },
  ...changes,
});

test.each([
  [null, 'anything', true],
  ['api.example.com', 'api.example.com', true],
  ['api.example.com', 'example.com', false],
  ['*.example.com', 'a.example.com', true],
  ['*.example.com', 'a.b.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', '.example.com', false],
  ['*.example.com', 'badexample.com', false],
])('pattern %s and host %s: %s', (host, asked, fits) => {
  expect(routesOfHost([route({ host })], asked)).toHaveLength(fits ? 1 : 0);
});

test.each([
  ['/users/', false, '/users/1', true],
  ['/users/', false, '/users/', true],
  ['/users/', false, '/users', true],
  ['/users/', false, '/usersx', false],
  ['/users', true, '/users', true],
  ['/users', true, '/users/', false],
  ['/', false, '/any/thing', true],
])('path %s (exact: %s) and %s: %s', (path, exact, asked, fits) => {
  expect(matchRoute([route({ path, exact })], 'GET', asked) !== undefined).toBe(fits);
});

test('the first route that takes the method wins, in the order of the table', () => {
  const routes = [
    route({ function: 'writes', methods: ['POST', 'PUT'] }),
    route({ function: 'all' }),
    route({ function: 'never' }),
  ];
  expect(matchRoute(routes, 'PUT', '/')?.function).toBe('writes');
  expect(matchRoute(routes, 'GET', '/')?.function).toBe('all');
});
