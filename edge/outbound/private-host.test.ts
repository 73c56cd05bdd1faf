import { expect, test } from 'vitest';
import { isPrivateHost } from './private-host.ts';

test.each([
  'localhost',
  'db.localhost',
  '127.0.0.1',
  '127.255.255.255',
  '0.0.0.0',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '[::1]',
  '[::]',
  '[fd00::1]',
  '[fe80::1]',
  '[::ffff:7f00:1]',
  '[::ffff:a00:1]',
])('%s is inside', (host) => {
  expect(isPrivateHost(host)).toBe(true);
});

test.each([
  'example.com',
  'localhost.example.com',
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '100.128.0.0',
  '[2606:4700::1111]',
  '[::ffff:101:101]',
  '[fec0::1]',
])('%s is not plainly inside', (host) => {
  expect(isPrivateHost(host)).toBe(false);
});
