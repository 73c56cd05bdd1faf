import { expect, test } from 'vitest';
import { isConversion } from './is-conversion.ts';
import { rewritePath } from './rewrite-path.ts';

test.each([
  ['http://a.test/old?q=1', '/new', 'http://a.test/new?q=1'],
  ['http://a.test/old/deep', '/new/*', 'http://a.test/new/old/deep'],
  ['http://a.test/', '/new/*', 'http://a.test/new/'],
  ['http://a.test:8080//evil.test/x', '/new/*', 'http://a.test:8080/new//evil.test/x'],
  ['http://a.test/old?u=http://b.test/', '/', 'http://a.test/?u=http://b.test/'],
])('%s with %s is %s', (url, to, rewritten) => {
  expect(rewritePath(url, to)).toEqual({ url: rewritten });
});

test.each(['/x/../../secret', '/..', '/./x', '/x/%2e%2E/y', '/x/..%2f..%2Fsecret', '/x\\..\\y', '/.%2e'])(
  'the path %s does not climb out of where a variant leads, and one that is not taken over does not matter',
  (path) => {
    expect(rewritePath(`http://a.test${path}?q`, '/public/*')).toBe('up');
    expect(rewritePath(`http://a.test${path}?q`, '/new')).toEqual({ url: 'http://a.test/new?q' });
  },
);

const answer = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers: new Headers(headers),
});

test.each([
  [{ path: '/thanks' }, '/thanks', answer(200), true],
  [{ path: '/thanks' }, '/thanks/', answer(200), false],
  [{ path: '/thanks*' }, '/thanks/7', answer(302), true],
  [{ path: '/thanks' }, '/thanks', answer(500), false],
  [{ path: '/thanks', status: 500 }, '/thanks', answer(500), true],
  [{ status: 201 }, '/any', answer(201), true],
  [{ status: 201 }, '/any', answer(200), false],
  [{ header: { name: 'x-order', value: '*' } }, '/any', answer(200, { 'x-order': '7' }), true],
  [{ header: { name: 'x-order', value: 'new*' } }, '/any', answer(200, { 'x-order': 'old' }), false],
  [{ header: { name: 'x-order', value: '*' } }, '/any', answer(200), false],
])('%j of %s with %j: %s', (conversion, path, given, converts) => {
  expect(isConversion(conversion, path, given)).toBe(converts);
});
