import { expect, test } from 'vitest';
import { type Address, readAddress } from '../contract/ip-address.ts';
import { isPublic } from './public-address.ts';

const judge = (text: string): boolean => isPublic(readAddress(text) as Address);

test.each([
  '8.8.8.8',
  '193.99.144.80',
  '1.1.1.1',
  '223.255.255.255',
  '172.32.0.1',
  '2a02:2e0::1',
  '2001:4860:4860::8888',
])('%s is somewhere', (text) => {
  expect(judge(text)).toBe(true);
});

test.each([
  ...['127.0.0.1', '0.0.0.0', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '100.64.0.1'],
  ...['169.254.169.254', '192.0.2.1', '198.18.0.1', '203.0.113.9', '224.0.0.1', '255.255.255.255'],
  ...[
    '::',
    '::1',
    'fe80::1',
    'fd00::1',
    'ff02::1',
    '2001:db8::1',
    '3fff::1',
    '64:ff9b::808:808',
    '::ffff:10.0.0.1',
  ],
])('%s is nowhere', (text) => {
  expect(judge(text)).toBe(false);
});
