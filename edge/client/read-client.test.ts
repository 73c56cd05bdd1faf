// Goal: what a stranger writes of himself is never believed, however long, odd or clever it is.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressText } from '../contract/address-text.ts';
import { NetworkList } from './network-list.ts';
import { forwardedHopsMax, forwardedLengthMax, type Peer, readClient, toldClient } from './read-client.ts';

const trusted = new NetworkList(['10.0.0.0/8', '192.0.2.7', '[fd00::]/8']);
const STRANGER = '198.51.100.9:40123';
const PROXY = '10.0.0.1:40123';

function read(connection: string, forwarded?: string, proto?: string): Peer {
  const headers = new Headers({
    ...(forwarded !== undefined && { 'x-forwarded-for': forwarded }),
    ...(proto !== undefined && { 'x-forwarded-proto': proto }),
  });
  return readClient(connection, 'http', headers, trusted);
}

const ipOf = ({ address }: Peer): string | undefined => address && addressText(address);

test('a stranger is who he is, whatever he writes', () => {
  const peer = read(STRANGER, '10.0.0.1, 203.0.113.1', 'https');
  expect([ipOf(peer), peer.chain, peer.scheme, peer.proxied]).toEqual([
    '198.51.100.9',
    '198.51.100.9',
    'http',
    false,
  ]);
});

test.each([
  ['what the proxy was asked by', '203.0.113.1', '203.0.113.1', '203.0.113.1, 10.0.0.1'],
  [
    'what a client wrote to the left of it is not looked at',
    '1.1.1.1, 203.0.113.1',
    '203.0.113.1',
    '203.0.113.1, 10.0.0.1',
  ],
  ['nor if it names a trusted proxy', '10.9.9.9, 203.0.113.1', '203.0.113.1', '203.0.113.1, 10.0.0.1'],
  ['through two proxies', '203.0.113.1, 192.0.2.7', '203.0.113.1', '203.0.113.1, 192.0.2.7, 10.0.0.1'],
  ['through one of IPv6', '2001:db8::5, fd00::1', '2001:db8::5', '2001:db8::5, fd00::1, 10.0.0.1'],
  [
    'with ports and brackets',
    '[2001:DB8::5]:99, [fd00::1]:80',
    '2001:db8::5',
    '2001:db8::5, fd00::1, 10.0.0.1',
  ],
  ['an IPv4 address in IPv6', '::ffff:203.0.113.1', '203.0.113.1', '203.0.113.1, 10.0.0.1'],
  ['a proxy that asks by itself', '10.0.0.5', '10.0.0.5', '10.0.0.5, 10.0.0.1'],
  ['a proxy that names nobody', 'unknown', '10.0.0.1', '10.0.0.1'],
  ['what is malformed ends it', '203.0.113.1, 999.1.1.1, 192.0.2.7', '192.0.2.7', '192.0.2.7, 10.0.0.1'],
  ['an empty entry ends it', '203.0.113.1, , 192.0.2.7', '192.0.2.7', '192.0.2.7, 10.0.0.1'],
  ['an empty header', '', '10.0.0.1', '10.0.0.1'],
  ['words that are no address', "203.0.113.1, <script>, '; drop", '10.0.0.1', '10.0.0.1'],
])('the client behind a proxy: %s', (_, forwarded, ip, chain) => {
  const peer = read(PROXY, forwarded);
  expect([ipOf(peer), peer.chain, peer.proxied]).toEqual([ip, chain, true]);
});

test('of a chain with one more than are looked at, the last that is looked at is the client', () => {
  const proxies = Array.from({ length: forwardedHopsMax }, (_, at) => `10.0.1.${at}`);
  expect(ipOf(read(PROXY, ['203.0.113.1', ...proxies.slice(1)].join(', ')))).toBe('203.0.113.1');
  expect(ipOf(read(PROXY, ['203.0.113.1', ...proxies].join(', ')))).toBe('10.0.1.0');
});

test('of a header with one character more than are looked at, an address that is cut is none', () => {
  const last = ',192.0.2.7';
  const padded = `203.0.113.1${' '.repeat(forwardedLengthMax - '203.0.113.1'.length - last.length)}${last}`;
  expect(padded.length).toBe(forwardedLengthMax);
  expect(ipOf(read(PROXY, padded))).toBe('203.0.113.1');
  expect(ipOf(read(PROXY, `1${padded}`))).toBe('192.0.2.7');
});

test.each([
  ['https', 'https'],
  ['HTTPS', 'https'],
  ['http', 'http'],
  ['http, https', 'https'],
  ['https, http', 'http'],
  ['ftp', 'http'],
  ['', 'http'],
])('a proxy that says it was asked by %j means %s', (proto, scheme) => {
  expect(read(PROXY, '203.0.113.1', proto).scheme).toBe(scheme);
});

test('a door of our own is believed, and nobody is known where it names none', () => {
  expect(toldClient('2001:DB8::5', 'https')).toMatchObject({
    chain: '2001:db8::5',
    scheme: 'https',
    proxied: false,
  });
  expect(toldClient('nobody', 'http')).toMatchObject({ address: undefined, chain: '' });
  expect(readClient(undefined, 'http', new Headers(), trusted)).toMatchObject({
    address: undefined,
    chain: '',
  });
});

test('whatever a stranger writes, he is the client; whatever a client of a proxy writes, the proxy is heeded', () => {
  const anything = fc.oneof(
    fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ maxLength: 20 }))).map((hops) => hops.join(',')),
    fc.string({ unit: 'grapheme-ascii', maxLength: 3000 }),
  );
  const get = (value: string) => ({ get: (name: string) => (name === 'x-forwarded-for' ? value : null) });
  fc.assert(
    fc.property(anything, (written) => {
      expect(readClient(STRANGER, 'http', get(written), trusted).chain).toBe('198.51.100.9');
      const forwarded = readClient(PROXY, 'http', get(`${written}, 203.0.113.1`), trusted);
      expect(forwarded.chain).toBe('203.0.113.1, 10.0.0.1');
    }),
    { seed: 20261128 },
  );
});
