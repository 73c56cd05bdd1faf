// Goal: what is open is what the tables say, for every kind of rule and every class of address.

import { expect, test } from 'vitest';
import type { Egress } from '../model/egress.ts';
import { type IpAddress, readAddress } from './ip-address.ts';
import { Policy, readNetworks } from './policy.ts';
import { readAuthority } from './read-target.ts';
import { specialName } from './special-addresses.ts';

const address = (text: string): IpAddress => {
  const read = readAddress(text);
  if (!read) throw new Error(`${text} is no address`);
  return read;
};

test.each([
  ...[
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
  ],
  ...['169.253.255.255', '169.255.0.0', '172.15.255.255', '172.32.0.0', '192.167.255.255', '192.169.0.0'],
  ...['198.17.255.255', '198.20.0.0', '223.255.255.255', '2000::1', '2606:4700::1', '2a00::1', '3ffe::1'],
  ...['::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '64:ff9b::808:808', '2001:200::1', '2001:db7::1', '2003::1'],
])('%s is public', (text) => {
  expect(specialName(address(text))).toBeUndefined();
});

test.each([
  ...[
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.0',
    '10.255.255.255',
    '100.64.0.0',
    '100.127.255.255',
    '127.0.0.1',
    '127.255.0.1',
  ],
  ...[
    '169.254.169.254',
    '172.16.0.0',
    '172.31.255.255',
    '192.0.0.1',
    '192.0.2.1',
    '192.88.99.1',
    '192.168.0.1',
  ],
  ...['198.18.0.1', '198.19.255.255', '198.51.100.1', '203.0.113.255', '224.0.0.1', '239.1.1.1', '240.0.0.1'],
  ...[
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:a00:1',
    '::ffff:0:1',
  ],
  ...['64:ff9b::10.0.0.1', '64:ff9b::7f00:1', '64:ff9b::', '64:ff9b:1::1', '100::1', '2001::1', '2001:2::1'],
  ...[
    '2001:10::1',
    '2001:db8::1',
    '2002:0a00:0001::1',
    '2002:808:808::1',
    '3fff::1',
    '3fff:fff::1',
    '4000::1',
  ],
  ...['5f00::1', 'fc00::1', 'fdff::1', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', '0:0:0:0:0:ffff:c0a8:1'],
])('%s is not public', (text) => {
  expect(specialName(address(text))).toEqual(expect.any(String));
});

test.each(['fe80::1%eth0', '10.0.0', '0x7f.1', 'localhost', '', '1.2.3.4.5', '[::1]'])(
  '%s is no address',
  (text) => {
    expect(readAddress(text)).toBeUndefined();
  },
);

/** `open`, or which question was answered with a refusal. */
function outcome(egress: Egress, target: string, resolved: string, operator: readonly string[] = []): string {
  const policy = new Policy(egress, { open: readNetworks(operator), isControl: (_, port) => port === 9000 });
  const asked = readAuthority(target);
  if (policy.refuseHost(asked) !== undefined) return 'host';
  return policy.refuseAddress(asked, asked.address ?? address(resolved)) === undefined ? 'open' : 'address';
}

test.each<[Egress, string, string, readonly string[], string]>([
  ['none', 'a.example:443', '1.1.1.1', [], 'host'],
  ['none', '1.1.1.1:443', '', [], 'host'],
  ['public', 'a.example:1', '1.1.1.1', [], 'open'],
  ['public', '1.1.1.1:65535', '', [], 'open'],
  ['public', 'a.example:80', '10.0.0.1', [], 'address'],
  ['public', '10.0.0.1:80', '', [], 'address'],
  // "public" stays public, whatever the operator opens to those who ask for it by name.
  ['public', '10.0.0.1:80', '', ['10.0.0.0/8'], 'address'],
  ['public', 'a.example:9000', '1.1.1.1', [], 'address'],
  [['a.example'], 'a.example:80', '1.1.1.1', [], 'open'],
  [['a.example'], 'A.EXAMPLE.:80', '1.1.1.1', [], 'open'],
  [['a.example'], 'b.a.example:80', '1.1.1.1', [], 'host'],
  [['a.example'], 'xa.example:80', '1.1.1.1', [], 'host'],
  [['*.a.example'], 'b.a.example:80', '1.1.1.1', [], 'open'],
  [['*.a.example'], 'c.b.a.example:80', '1.1.1.1', [], 'open'],
  [['*.a.example'], 'a.example:80', '1.1.1.1', [], 'host'],
  [['*.a.example'], 'xa.example:80', '1.1.1.1', [], 'host'],
  [['*'], 'any.example:80', '1.1.1.1', [], 'open'],
  [['*'], '1.1.1.1:80', '', [], 'address'],
  [['*'], 'any.example:80', '127.0.0.1', ['127.0.0.0/8'], 'address'],
  [['a.example:443'], 'a.example:443', '1.1.1.1', [], 'open'],
  [['a.example:443'], 'a.example:444', '1.1.1.1', [], 'host'],
  [['a.example:8000-8001'], 'a.example:8001', '1.1.1.1', [], 'open'],
  [['a.example:8000-8001'], 'a.example:8002', '1.1.1.1', [], 'host'],
  [['1.1.1.0/24'], '1.1.1.9:80', '', [], 'open'],
  [['1.1.1.0/24'], '1.1.2.9:80', '', [], 'address'],
  [['1.1.1.0/24'], 'a.example:80', '1.1.1.9', [], 'host'],
  [['10.0.0.0/8'], '10.0.0.1:80', '', [], 'address'],
  [['10.0.0.0/8'], '10.0.0.1:80', '', ['10.0.0.1'], 'open'],
  [['10.0.0.0/8'], '10.0.0.2:80', '', ['10.0.0.1'], 'address'],
  [['10.0.0.0/8'], '10.0.0.1:81', '', ['10.0.0.1:80'], 'address'],
  [['10.0.0.0/8:80'], '10.0.0.1:81', '', ['10.0.0.1'], 'address'],
  [['a.example'], 'a.example:80', '10.0.0.1', ['10.0.0.0/8'], 'address'],
  [['a.example', '10.0.0.0/8'], 'a.example:80', '10.0.0.1', ['10.0.0.0/8'], 'open'],
  [['a.example', '10.0.0.0/8'], 'a.example:80', '10.0.0.1', [], 'address'],
  [['10.0.0.0/8'], '[::ffff:10.0.0.1]:80', '', ['10.0.0.0/8'], 'open'],
  [['0.0.0.0/0'], '127.0.0.1:80', '', [], 'address'],
  [['0.0.0.0/0'], '[2606:4700::1]:80', '', [], 'address'],
  [['[::]/0'], '1.1.1.1:80', '', [], 'address'],
  [['[::]/0'], '[2606:4700::1]:80', '', [], 'open'],
  [['[fd00::]/8'], '[fd12::1]:80', '', ['[fd00::]/8'], 'open'],
  [['127.0.0.1'], '127.0.0.1:9000', '', ['127.0.0.0/8'], 'address'],
])('egress %j, %s at %s, opened by the operator %j: %s', (egress, target, resolved, operator, expected) => {
  expect(outcome(egress, target, resolved, operator)).toBe(expected);
});
