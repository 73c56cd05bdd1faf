import { expect, test } from 'vitest';
import { matchPath, type PathPattern, partsOfPath, readPathPattern } from './path-pattern.ts';

const match = (pattern: string, path: string) =>
  matchPath(readPathPattern(pattern) as PathPattern, partsOfPath(path));

test.each([
  ['/', '/', {}],
  ['/blog/:slug', '/blog/one', { slug: 'one' }],
  ['/:a/:b', '/x/y', { a: 'x', b: 'y' }],
  ['/old/*', '/old/a/b', { splat: 'a/b' }],
  ['/old/*', '/old/', { splat: '' }],
  ['/old/*', '/old', { splat: '' }],
  ['/*', '/', { splat: '' }],
  ['/:lang/docs/*', '/de/docs/a', { lang: 'de', splat: 'a' }],
  ['/café', '/caf%C3%A9', {}],
  ['/caf%c3%a9', '/caf%C3%A9', {}],
  ['/admin', '/%61dmin', {}],
  ['/a%2Fb', '/a%2fb', {}],
  ['/a', '//a', {}],
  ['/a/b', '/x/../a/./b', {}],
  ['/a/b', '/a\\b', {}],
  ['/50%', '/50%', {}],
  ['/blog/:slug', '/blog/a%2fb', { slug: 'a%2Fb' }],
])('%s takes %s', (pattern, path, captures) => {
  expect(match(pattern, path)).toEqual(captures);
});

test.each([
  ['/', '/a'],
  ['/blog/:slug', '/blog'],
  ['/blog/:slug', '/blog/'],
  ['/blog/:slug', '/blog/a/b'],
  ['/old/*', '/older'],
  ['/a', '/A'],
  ['/a', '/a/'],
  ['/a/b', '/a%2Fb'],
])('%s does not take %s', (pattern, path) => {
  expect(match(pattern, path)).toBeUndefined();
});

test.each([
  ['blog', /begin with "\/"/],
  ['', /begin with "\/"/],
  ['/a?b', /path alone/],
  ['/a#b', /path alone/],
  ['/a\\b', /path alone/],
  ['/a b', /path alone/],
  ['/a\r\nb', /path alone/],
  ['/a/*/b', /only as its last part/],
  ['/a*', /only as its last part/],
  ['/:', /must be a name/],
  ['/:1', /must be a name/],
  ['/:a-b', /must be a name/],
  ['/:a/:a', /":a" twice/],
  ['/:splat', /what "\*" takes/],
  ['/a//b', /two slashes/],
  ['//*', /two slashes/],
  ['/a/../b', /"\.\." parts/],
  ['/a/%2e%2E/b', /"\.\." parts/],
])('%j is no pattern: %s', (text, said) => {
  expect(readPathPattern(text)).toMatch(said);
});
