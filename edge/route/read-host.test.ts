import { expect, test } from 'vitest';
import { normalizeHost, readFunctionHost, readPreviewLabel } from './read-host.ts';

test.each([
  ['Hello.LocalHost:8080', 'hello.localhost'],
  ['hello.localhost.', 'hello.localhost'],
  ['[::1]:8080', '[::1]'],
  ['[::1]', '[::1]'],
  ['', ''],
])('host header "%s" is host "%s"', (header, host) => {
  expect(normalizeHost(header)).toBe(host);
});

test.each([
  ['hello.localhost', { label: 'hello', project: 'default' }],
  ['hello.shop.localhost', { label: 'hello', project: 'shop' }],
  ['localhost', undefined],
  ['.localhost', undefined],
  ['hello..localhost', undefined],
  ['a.b.c.localhost', undefined],
  ['hellolocalhost', undefined],
  ['hello.localhost.example.com', undefined],
])('host "%s" under localhost names %o', (host, named) => {
  expect(readFunctionHost(host, 'localhost')).toEqual(named);
});

test('a domain of several labels is taken off as a whole', () => {
  expect(readFunctionHost('cart.shop.fn.example.com', 'fn.example.com')).toEqual({
    label: 'cart',
    project: 'shop',
  });
});

test.each([
  ['0123abcd-hello', { digits: '0123abcd', name: 'hello' }],
  ['0123abcd-a-b', { digits: '0123abcd', name: 'a-b' }],
  ['0123abc-hello', undefined],
  ['0123abcde-hello', undefined],
  ['0123abcg-hello', undefined],
  ['0123abcd-', undefined],
])('label "%s" is preview %o', (label, preview) => {
  expect(readPreviewLabel(label)).toEqual(preview);
});
