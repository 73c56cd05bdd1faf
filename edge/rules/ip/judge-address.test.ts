import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileIp } from '../../../control/plan/rules/compile-ip.ts';
import { judgeOf } from './judge-address.ts';

const judge = (rules: { allow?: string[]; deny?: string[] }) => judgeOf(compileIp(rules));

test('deny wins over allow, and who is on no list of those who may come is kept out', () => {
  const verdict = judge({ allow: ['10.0.0.0/8', '2001:db8::/32'], deny: ['10.1.0.0/16', '2001:db8:1::/48'] });
  expect(
    ['10.0.0.1', '10.1.0.1', '11.0.0.1', '2001:db8::1', '2001:db8:1::1', '2001:db9::'].map(verdict),
  ).toEqual(['allowed', 'denied', 'not allowed', 'allowed', 'denied', 'not allowed']);
});

test('an IPv4 address in the clothes of IPv6 is on the lists of IPv4', () => {
  expect(judge({ deny: ['192.0.2.0/24'] })('::ffff:192.0.2.9')).toBe('denied');
  expect(judge({ deny: ['::ffff:192.0.2.0/120'] })('192.0.2.9')).toBe('denied');
});

test('all of IPv6 is not all of IPv4', () => {
  expect(['192.0.2.9', '::1'].map(judge({ deny: ['::/0'] }))).toEqual(['allowed', 'denied']);
  expect(['192.0.2.9', '::1'].map(judge({ deny: ['0.0.0.0/0'] }))).toEqual(['denied', 'allowed']);
});

test('an address that is not known, or is none, is kept out by a list of those who may come', () => {
  expect([null, 'nonsense'].map(judge({ allow: ['0.0.0.0/0', '::/0'] }))).toEqual([
    'not allowed',
    'not allowed',
  ]);
  expect(judge({ deny: ['10.0.0.0/8'] })(null)).toBe('allowed');
});

test("says of any address what Node's own list says", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  const v4 = fc.tuple(fc.constantFrom(10, 11, 192), byte, fc.constantFrom(0, 1, 255), byte);
  const network = fc.tuple(v4, fc.integer({ min: 6, max: 32 })).map(([parts, bits]) => {
    const size = 2 ** (32 - bits);
    const value = Math.floor(parts.reduce((sum, part) => sum * 256 + part, 0) / size) * size;
    const address = [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
    return { address, bits };
  });
  fc.assert(
    fc.property(
      fc.array(network, { minLength: 1, maxLength: 20 }),
      fc.array(v4, { minLength: 1 }),
      (networks, asked) => {
        const list = new BlockList();
        for (const { address, bits } of networks) list.addSubnet(address, bits, 'ipv4');
        const verdict = judge({ deny: networks.map(({ address, bits }) => `${address}/${bits}`) });
        for (const parts of asked) {
          const ip = parts.join('.');
          expect(verdict(ip), ip).toBe(list.check(ip, 'ipv4') ? 'denied' : 'allowed');
        }
      },
    ),
  );
});
