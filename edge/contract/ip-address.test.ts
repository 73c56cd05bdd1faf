import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isWrittenByItsFirst, readAddress, readNetwork } from './ip-address.ts';

test.each([
  ['192.0.2.1', { family: 4, value: 0xc0000201 }],
  ['0.0.0.0', { family: 4, value: 0 }],
  ['255.255.255.255', { family: 4, value: 0xffffffff }],
  ['::ffff:192.0.2.1', { family: 4, value: 0xc0000201 }],
  ['::FFFF:c000:201', { family: 4, value: 0xc0000201 }],
  ['::', { family: 6, value: '0'.repeat(32) }],
  ['::1', { family: 6, value: `${'0'.repeat(31)}1` }],
  ['2001:db8::', { family: 6, value: `20010db8${'0'.repeat(24)}` }],
  ['1:2:3:4:5:6:7:8', { family: 6, value: '00010002000300040005000600070008' }],
  ['1:2:3:4:5:6:192.0.2.1', { family: 6, value: '000100020003000400050006c0000201' }],
  ['1::7:8', { family: 6, value: '00010000000000000000000000070008' }],
])('%s is an address', (text, address) => {
  expect(readAddress(text)).toEqual(address);
});

test.each([
  ...[
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '01.2.3.4',
    '256.1.1.1',
    '1.2.3.4 ',
    '0x7f.0.0.1',
    '1.2.3.-4',
    '١.2.3.4',
  ],
  ...[
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    '1:2:3:4:5:6:7::8',
    'g::',
    '12345::',
    '::1%eth0',
  ],
  ...['1.2.3.4::', '::1.2.3.4:5', '[::1]', '::ffff:256.0.0.1', '1:2:3:4:5:6:7:1.2.3.4'],
])('%j is no address', (text) => {
  expect(readAddress(text)).toBeUndefined();
});

test('any address of eight groups reads as what it says, however it is shortened', () => {
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  fc.assert(
    fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
      const digits = groups.map((one) => one.toString(16).padStart(4, '0')).join('');
      fc.pre(!digits.startsWith('00000000000000000000ffff'));
      const text = groups.map((one) => one.toString(16)).join(':');
      const short = new URL(`http://[${text}]`).hostname.slice(1, -1);
      expect(readAddress(text)).toEqual({ family: 6, value: digits });
      expect(readAddress(short)).toEqual({ family: 6, value: digits });
    }),
  );
});

test.each([
  ['10.0.0.0/8', 0x0a000000, 0x0affffff],
  ['0.0.0.0/0', 0, 0xffffffff],
  ['192.0.2.7', 0xc0000207, 0xc0000207],
  ['192.0.2.7/32', 0xc0000207, 0xc0000207],
  ['::ffff:10.0.0.0/104', 0x0a000000, 0x0affffff],
  ['2001:db8::/33', `20010db8${'0'.repeat(24)}`, `20010db87${'f'.repeat(23)}`],
  ['::/0', '0'.repeat(32), 'f'.repeat(32)],
  ['fd00::/7', `fc${'0'.repeat(30)}`, `fd${'f'.repeat(30)}`],
])('%s is a network', (text, first, last) => {
  expect(readNetwork(text)).toMatchObject({ first, last });
});

test.each([
  '10.0.0.0/33',
  '::/129',
  '10.0.0.0/',
  '10.0.0.0/8/8',
  '10.0.0.0/08',
  '::ffff:10.0.0.0/8',
  'a',
  '/8',
])('%j is no network', (text) => {
  expect(readNetwork(text)).toBeUndefined();
});

test('a network is written by its first address', () => {
  const written = (text: string): boolean => isWrittenByItsFirst(text, readNetwork(text) as never);
  expect([written('10.0.0.0/8'), written('10.1.0.0/8'), written('fd00::/7'), written('fc00::/7')]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
