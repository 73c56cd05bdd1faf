import { expect, test } from 'vitest';
import { addressText } from '../contract/address-text.ts';
import { readHop } from './read-hop.ts';

const read = (text: string): string | undefined => {
  const address = readHop(text);
  return address && addressText(address);
};

test.each([
  ['127.0.0.1:42522', '127.0.0.1'],
  ['[::ffff:127.0.0.1]:45438', '127.0.0.1'],
  ['[::1]:1', '::1'],
  ['[2001:DB8::1]', '2001:db8::1'],
  ['2001:db8::1', '2001:db8::1'],
  ['192.0.2.1', '192.0.2.1'],
])('%s is an address', (text, address) => {
  expect(read(text)).toBe(address);
});

test.each([
  ...['', 'unknown', '_hidden', 'localhost', '192.0.2.1:', '192.0.2.1:port', '192.0.2.1:123456', ':80'],
  ...['[192.0.2.1]:80', '[2001:db8::1', '2001:db8::1]', '[2001:db8::1]:', '[2001:db8::1]80', '[[::1]]'],
  ...['fe80::1%eth0', '[fe80::1%25eth0]:80', '"192.0.2.1"', 'for=192.0.2.1', `192.0.2.1${' '.repeat(64)}`],
])('%j is none', (text) => {
  expect(read(text)).toBeUndefined();
});
