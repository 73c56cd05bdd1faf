import { expect, test } from 'vitest';
import { repeatedRoute } from './route-conflicts.ts';

test.each([
  [['/a', '/a']],
  [['/users/:id', '/users/:name']],
  [['/users/:id/*', '/users/:user/*']],
  [['*/a', '/a']],
  [['api.example.com:8080/a', 'api.example.com/a']],
  [['/a//b', '/a/b']],
  [['/%61', '/a']],
])('%j take the same requests', ([first = '', second = '']) => {
  const routes = [{ pattern: '/other' }, { pattern: first }, { pattern: second }];
  expect(repeatedRoute(routes)).toEqual([{ pattern: second }, { pattern: first }]);
});

test.each([
  [['/a', '/a/']],
  [['/a', '/a*']],
  [['/a/*', '/a/:id']],
  [['/a/:id', '/a/me']],
  [['a.example.com/a', '*.example.com/a']],
])('of %j one is more specific', ([first = '', second = '']) => {
  expect(repeatedRoute([{ pattern: first }, { pattern: second }])).toBeUndefined();
});

test('routes that take other methods get on, and so do those that name them with one for all', () => {
  const route = (...methods: string[]): { pattern: string; methods: string[] } => ({
    pattern: '/a',
    methods,
  });
  expect(repeatedRoute([route('GET'), route('POST', 'PUT'), { pattern: '/a' }])).toBeUndefined();
  expect(repeatedRoute([route('GET', 'POST'), route('POST', 'PUT')])).toBeDefined();
});
