import { expect, test } from 'vitest';
import { isHost, normalizeHost, readFunctionHost, readPreviewLabel } from './read-host.ts';

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
  ...['hello.localhost', 'Hello.Localhost.:80', 'a_b.localhost:', 'a:65535', '127.0.0.1:80', '[::1]:8080'],
])('"%s" can be a host', (header) => {
  expect(isHost(header)).toBe(true);
});

test.each([
  ...[
    '',
    'a:65536',
    'a:80:80',
    'a:-1',
    'a: 80',
    'a:x',
    'u@a',
    'a/x',
    'a?x',
    'a#x',
    'a\\x',
    'a, b',
    'a b',
    "a'b",
  ],
  ...['%61', '*', '[::1', '::1', '[fe80::1%25eth0]', '256.256.256.256', '1.2.3.4.5', 'a\0b', 'b\u00fccher'],
])('"%s" cannot be a host', (header) => {
  expect(isHost(header)).toBe(false);
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
