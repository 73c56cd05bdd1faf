import { expect, test } from 'vitest';
import { routePatterns, zoneIdOf, zonesOf } from './route-patterns.ts';

test.each([
  ['api.example.com/users/*', ['api.example.com/users/*']],
  ['https://API.example.com/Users/*', ['api.example.com/Users/*']],
  ['example.com', ['example.com/']],
  ['*.example.com/*', ['*.example.com/*']],
  ['*example.com/*', ['example.com/*', '*.example.com/*']],
  ['*/*', ['*/*']],
  ['hello.localhost:8080/*', ['hello.localhost:8080/*']],
])('the route %s is %j', (given, patterns) => {
  expect(routePatterns(given)).toEqual(patterns);
});

test.each(['example.com/*/users', 'example.com/a?b=c', 'exa mple.com/*', '', 'http://'])(
  'the route "%s" is refused with what is wrong',
  (given) => {
    expect(() => routePatterns(given)).toThrow(/^The route "/);
  },
);

test('a route is in the zones of its host and of all above it', () => {
  const zones = zonesOf('*.shop.example.com/*');
  expect(zones).toContain(zoneIdOf('example.com'));
  expect(zones).toContain(zoneIdOf('shop.example.com'));
  expect(zones).not.toContain(zoneIdOf('other.com'));
});
