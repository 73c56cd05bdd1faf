import { expect, test } from 'vitest';
import { requestHeaders, responseHeaders } from './hop-headers.ts';
import { readAuthority, readHttpTarget } from './read-target.ts';

test.each([
  ['http://a.example', { host: 'a.example', name: 'a.example', port: 80, tls: false, path: '/' }],
  ['https://a.example/x?y=1#z', { port: 443, tls: true, path: '/x?y=1', authority: 'a.example' }],
  ['wss://a.example/', { port: 443, tls: true }],
  ['http://a.example.:8080/', { host: 'a.example.', name: 'a.example', authority: 'a.example.:8080' }],
  ['http://b\u00fccher.example/', { name: 'xn--bcher-kva.example' }],
  ['http://0x7f.1/', { name: '127.0.0.1', address: { family: 'ipv4', text: '127.0.0.1' } }],
  ['http://2130706433/', { name: '127.0.0.1' }],
  ['http://127.1/', { name: '127.0.0.1' }],
  ['http://0177.0.0.1/', { name: '127.0.0.1' }],
  ['http://%31%32%37.0.0.1/', { name: '127.0.0.1' }],
  ['http://[::1]/', { host: '[::1]', name: '::1', address: { family: 'ipv6', text: '::1' } }],
  ['http://[::ffff:10.0.0.1]/', { address: { family: 'ipv4', text: '10.0.0.1' } }],
])('reads %s', (url, target) => {
  expect(readHttpTarget(url)).toMatchObject(target);
});

test.each([
  '/path',
  '*',
  '',
  'ftp://a.example/',
  'file:///etc/passwd',
  'unix:/run/control.sock',
  'http://',
  'http://a.example:65536/',
  'http://a.example:0/',
  'http://user:secret@a.example/',
  'http://good.example@evil.example/',
  'http://[fe80::1%25eth0]/',
  'http://a b.example/',
])('refuses %s', (url) => {
  expect(() => readHttpTarget(url)).toThrow(expect.objectContaining({ code: 'FN_006', status: 400 }));
});

test('does not repeat a password', () => {
  expect(() => readHttpTarget('http://user:secret@a.example/')).toThrow(/Authorization header/);
  expect(() => readHttpTarget('http://user:secret@a.example/')).not.toThrow(/secret/);
});

test.each([
  ['a.example:443', { name: 'a.example', port: 443 }],
  ['a.example:80', { port: 80 }],
  ['0x7f.1:22', { name: '127.0.0.1', port: 22 }],
  ['[::1]:22', { name: '::1', port: 22 }],
])('reads %s as what CONNECT is for', (authority, target) => {
  expect(readAuthority(authority)).toMatchObject(target);
});

test.each([
  'a.example',
  'a.example:',
  'a.example:0',
  'a.example:65536',
  'a.example:x',
  'user@a.example:80',
  'a/b:80',
  '::1:80',
  'unix:/x:80',
  '',
])('refuses CONNECT to %s', (authority) => {
  expect(() => readAuthority(authority)).toThrow(expect.objectContaining({ code: 'FN_006', status: 400 }));
});

test("takes off what concerns the connection, what Connection names, and what is the platform's", () => {
  const raw = ['Host', 'evil.example', 'X-A', '1', 'x-a', '2', 'Connection', 'x-b, Keep-Alive', 'X-B', '3'];
  raw.push(
    'TE',
    'trailers',
    'Proxy-Authorization',
    'p',
    'Transfer-Encoding',
    'chunked',
    'Content-Length',
    '9',
  );
  raw.push('X-Selvedge-Function', 'f', 'Expect', '100-continue', 'Upgrade', 'h2c', 'Authorization', 'kept');
  expect(requestHeaders(raw, 'a.example', ['Transfer-Encoding', 'chunked'])).toEqual([
    'Host',
    'a.example',
    'X-A',
    '1',
    'x-a',
    '2',
    'Authorization',
    'kept',
    'Transfer-Encoding',
    'chunked',
  ]);
});

test('an origin cannot claim that the platform answered, and repeated headers stay', () => {
  const raw = [
    'Set-Cookie',
    'a=1',
    'Set-Cookie',
    'b=2',
    'X-Selvedge-Error',
    'FN_009',
    'Keep-Alive',
    'timeout=5',
  ];
  expect(responseHeaders(raw)).toEqual(['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']);
});
