import { expect, test } from 'vitest';
import { splitUrl } from './split-url.ts';

test.each([
  ['http://a.b:1/x/y?q=/z', 'http://a.b:1', '/x/y', '?q=/z'],
  ['http://a.b', 'http://a.b', '/', ''],
  ['http://a.b?q=1', 'http://a.b', '/', '?q=1'],
  ['http://a.b/?', 'http://a.b', '/', '?'],
])('%s', (url, origin, path, query) => {
  expect(splitUrl(url)).toEqual({ origin, path, query });
});
