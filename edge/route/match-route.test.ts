import { expect, test } from 'vitest';
import type { RouteEntry } from '../contract/routing-table.ts';
import { AmbiguousPath, matchRoute, RoutesByHost } from './match-route.ts';
import type { MatchedRoute } from './route-tree.ts';

const route = (changes: Partial<RouteEntry>): RouteEntry => ({
  ...{ function: 'fn', host: null, path: '/*', methods: null },
  ...changes,
});

const meet = (routes: readonly RouteEntry[], path: string, method = 'GET'): MatchedRoute | undefined =>
  matchRoute(new RoutesByHost(routes).of('any'), method, path);

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
  expect(new RoutesByHost([route({ host })]).of(asked)).toHaveLength(fits ? 1 : 0);
});

test.each([
  ['/users/*', '/users/1', { '*': '1' }],
  ['/users/*', '/users/', { '*': '' }],
  ['/users/*', '/users', { '*': '' }],
  ['/users/*', '/usersx', undefined],
  ['/users', '/users', {}],
  ['/users', '/users/', undefined],
  ['/*', '/any/thing', { '*': 'any/thing' }],
  ['/img*', '/images/a.png', undefined],
  ['/img*', '/img-7/a.png', { '*': '-7/a.png' }],
  ['/users/:id', '/users/42', { id: '42' }],
  ['/users/:id', '/users/', undefined],
  ['/users/:id', '/users/42/posts', undefined],
  ['/users/:id/posts/:post', '/users/a%20b/posts/7', { id: 'a%20b', post: '7' }],
  ['/teams/*/members', '/teams/red/members', {}],
  ['/teams/*/members', '/teams/red/blue/members', undefined],
  ['/v1/items:batch', '/v1/items:batch', {}],
  ['/:__proto__', '/x', { ['__proto__']: 'x' }],
])('path %s and %s: %o', (path, asked, params) => {
  expect(meet([route({ path })], asked)?.params).toEqual(params);
});

test('the most specific path wins, segment by segment from the left', () => {
  const paths = [
    '/*',
    '/:any',
    '/:any/edit',
    '/us*',
    '/users',
    '/users/*',
    '/users/:id',
    '/users/me',
    '/*/edit',
  ];
  const routes = paths.map((path) => route({ path }));
  const met = (path: string): string | undefined => meet(routes, path)?.route.path;
  expect(
    ['/users/me', '/users/7', '/users/7/x', '/users', '/usual', '/x', '/x/edit', '/x/y'].map(met),
  ).toEqual([...['/users/me', '/users/:id', '/users/*', '/users', '/us*', '/:any', '/:any/edit', '/*']]);
});

test('a branch that leads nowhere is left again', () => {
  const routes = ['/a/b/c', '/:x/b/:z/d', '/a/:y'].map((path) => route({ path }));
  expect(meet(routes, '/a/b/q/d')).toMatchObject({
    route: { path: '/:x/b/:z/d' },
    params: { x: 'a', z: 'q' },
  });
});

test('of routes with one path, those that name the method come first, and others are gone past', () => {
  const routes = [
    route({ function: 'all' }),
    route({ function: 'writes', methods: ['POST', 'PUT'] }),
    route({ function: 'less specific', path: '/*' }),
    route({ function: 'only post', path: '/form', methods: ['POST'] }),
  ];
  expect(meet(routes, '/', 'PUT')?.route.function).toBe('writes');
  expect(meet(routes, '/', 'GET')?.route.function).toBe('all');
  expect(meet(routes, '/form', 'GET')?.route.function).toBe('all');
});

test.each([
  '/%61dmin/x',
  '/%61%64min/x',
  '//admin/x',
  '/admin//x',
  '/open/../admin/x',
  '/open/%2e%2E/admin/x',
  '/./admin/./x',
  '\\admin\\x',
  '/open\\..\\admin/x',
  '/ad\tmin/x',
])('%s is met by the route of /admin/*', (path) => {
  const routes = [route({ path: '/admin/*', rules: {} }), route({})];
  expect(meet(routes, path)?.route.path).toBe('/admin/*');
});

test('a route that names GET takes HEAD too, and what it asks for is not got round', () => {
  const routes = [route({ path: '/admin/*', methods: ['GET'] }), route({})];
  expect(meet(routes, '/admin/x', 'HEAD')?.route.path).toBe('/admin/*');
  expect(meet(routes, '/admin/x', 'POST')?.route.path).toBe('/*');
});

test('an encoded slash is refused where it would lead from a route to the rules of the function itself', () => {
  const trees = new RoutesByHost([route({ path: '/public/*' })]).of('any');
  const own = { redirects: [] };
  expect(() => matchRoute(trees, 'GET', '/public/..%2fadmin', own)).toThrow(AmbiguousPath);
  expect(matchRoute(trees, 'GET', '/public/a%2fb', own)?.params).toEqual({ '*': 'a%2Fb' });
  const same = new RoutesByHost([route({ path: '/public/*', rules: { redirects: [] } })]).of('any');
  expect(matchRoute(same, 'GET', '/public/..%2fadmin', own)?.route.path).toBe('/public/*');
});

test('an encoded slash is none, and refused where it would lead to other rules', () => {
  const routes = [route({ path: '/admin/*', rules: {} }), route({}), route({ path: '/files/:name' })];
  expect(() => meet(routes, '/admin%2fsecret')).toThrow(AmbiguousPath);
  expect(() => meet(routes, '/files%5C..%2fadmin/x')).toThrow(AmbiguousPath);
  expect(meet(routes, '/files/a%2Fb')?.params).toEqual({ name: 'a%2Fb' });
  expect(meet(routes, '/admin/a%2Fb')?.params).toEqual({ '*': 'a%2Fb' });
});
