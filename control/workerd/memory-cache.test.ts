import { expect, test } from 'vitest';
import { MemoryCache } from './memory-cache.ts';

test('drops what was not asked for longest when it is full', () => {
  const cache = new MemoryCache(10);
  cache.set('a', new Uint8Array(5));
  cache.set('b', new Uint8Array(5));
  cache.get('a');
  cache.set('c', new Uint8Array(1));
  expect(['a', 'b', 'c'].map((name) => cache.get(name)?.length)).toEqual([5, undefined, 1]);
});

test('counts a replaced entry once', () => {
  const cache = new MemoryCache(10);
  cache.set('a', new Uint8Array(9));
  cache.set('a', new Uint8Array(5));
  cache.set('b', new Uint8Array(5));
  expect(cache.get('a')?.length).toBe(5);
});

test('does not keep an entry one byte larger than itself, nor drop others for it', () => {
  const cache = new MemoryCache(10);
  cache.set('a', new Uint8Array(10));
  cache.set('b', new Uint8Array(11));
  expect([cache.get('a')?.length, cache.get('b')]).toEqual([10, undefined]);
});
