import { expect, test } from 'vitest';
import { type Address, readAddress } from '../../edge/contract/ip-address.ts';
import { NetworkTable } from './network-table.ts';

const at = (text: string): Address => readAddress(text) as Address;
const LINES = [
  '16777216,16777471,13335,"Cloudflare, Inc."',
  '16778240,16779263,38803,Gtelecom Pty Ltd',
  '134744064,134744071,15169,"Google ""LLC"""',
].join('\n');
const v4 = new NetworkTable(Buffer.from(LINES), 4, 'asn.csv');
const named = (autonomous_system_number: number, autonomous_system_organization: string) => ({
  autonomous_system_number,
  autonomous_system_organization,
});

test.each([
  ['1.0.0.0', named(13335, 'Cloudflare, Inc.'), true],
  ['1.0.0.255', named(13335, 'Cloudflare, Inc.'), true],
  ['1.0.1.0', undefined, true],
  ['1.0.5.7', named(38803, 'Gtelecom Pty Ltd'), true],
  ['8.8.8.7', named(15169, 'Google "LLC"'), false],
  ['8.8.8.8', undefined, false],
  ['0.0.0.1', undefined, true],
  ['255.255.255.255', undefined, true],
])('%s is of %j, and so is all of its block: %s', (address, record, block) => {
  expect(v4.find(at(address))).toEqual({ record, block });
});

test('an IPv6 address is of the network that its first 48 bits are in', () => {
  const first = BigInt('0x2a0202e0000000000000000000000000');
  const line = `${first},${first + 2n ** 96n - 1n},206564,Plus.line AG\n`;
  const v6 = new NetworkTable(Buffer.from(line), 6, 'asn.csv');
  expect(v6.find(at('2a02:2e0:3fe::1'))).toEqual({ record: named(206564, 'Plus.line AG'), block: true });
  expect(v6.find(at('2a02:2e1::'))).toEqual({ record: undefined, block: true });
});

test('of two lines that claim the same the first is heeded, as in the data there is', () => {
  const lines = '100,199,1,One\n150,300,2,Two\n250,260,3,Three\n400,500,4,Four\n';
  const table = new NetworkTable(Buffer.from(lines), 4, 'asn.csv');
  const asn = (value: number): unknown =>
    (table.find({ family: 4, value }).record as { autonomous_system_number?: number } | undefined)
      ?.autonomous_system_number;
  expect([100, 150, 199, 200, 255, 300, 301, 450].map(asn)).toEqual([1, 1, 1, 2, 2, 2, undefined, 4]);
});

test('an empty list knows nothing', () => {
  expect(new NetworkTable(Buffer.alloc(0), 4, 'asn.csv').find(at('1.0.0.1'))).toEqual({
    record: undefined,
    block: true,
  });
});

test.each([
  '1,2,3',
  '1,2',
  'first,last,number,name',
  '2,1,3,Backwards',
  '1,2,-3,x',
  '5,6,7,a\n1,2,3,b',
  '12345678901,12345678902,1,x',
  '1,,2,x',
])('the line %j is refused with its number', (line) => {
  expect(() => new NetworkTable(Buffer.from(line), 4, '/data/asn.csv')).toThrow(
    /^Line \d of \/data\/asn.csv is not/,
  );
});
