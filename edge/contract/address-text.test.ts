import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addressText } from './address-text.ts';
import { type Address, readAddress } from './ip-address.ts';

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['255.255.255.255', '255.255.255.255'],
  ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['::1', '::1'],
  ['1::', '1::'],
  ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
  ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
  ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
])('%s is written as %s', (written, text) => {
  expect(addressText(readAddress(written) as Address)).toBe(text);
});

test('each address has one text, which is read as the address', () => {
  const v4 = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((value): Address => ({ family: 4, value }));
  const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
  const v6 = fc
    .array(group, { minLength: 8, maxLength: 8 })
    .map((groups) => groups.map((one) => one.toString(16).padStart(4, '0')).join(''))
    .filter((digits) => !digits.startsWith('00000000000000000000ffff'))
    .map((value): Address => ({ family: 6, value }));
  fc.assert(
    fc.property(fc.oneof(v4, v6), (address) => {
      expect(readAddress(addressText(address))).toEqual(address);
    }),
    { seed: 20261128 },
  );
});
