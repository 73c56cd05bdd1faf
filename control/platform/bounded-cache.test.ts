import { expect, test } from 'vitest';
import { BoundedCache } from './bounded-cache.ts';

test('forgets what was used least recently once it weighs more than it may', () => {
  const cache = new BoundedCache<string>(3, (text) => text.length);
  cache.set('a', 'x');
  cache.set('b', 'x');
  cache.set('c', 'x');
  cache.get('a');
  cache.set('d', 'x');
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['x', undefined, 'x', 'x']);
});

test('keeps the newest even when it alone is too heavy, and replaces without counting twice', () => {
  const cache = new BoundedCache<string>(3, (text) => text.length);
  cache.set('a', 'xxxx');
  expect(cache.get('a')).toBe('xxxx');
  cache.set('a', 'xx');
  cache.set('b', 'x');
  expect([cache.get('a'), cache.get('b')]).toEqual(['xx', 'x']);
});
