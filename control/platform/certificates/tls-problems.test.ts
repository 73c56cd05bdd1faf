import { expect, test } from 'vitest';
import type { TlsStatus } from '../../tls/contract.ts';
import { tlsProblems } from './tls-problems.ts';

const DAY = 86_400_000;
const ending = (notAfter: number): { status: TlsStatus } => ({
  status: {
    ...{ port: 443, connections: 0, problems: [] },
    certificates: [
      {
        ...{ name: 'shop', source: 'file', names: ['shop.test'], notBefore: 0, notAfter },
        ...{ issuer: 'CN=ca', fingerprint: 'AA', fallback: true },
      },
    ],
  },
});

test('nothing is told where no TLS is served, nor of a certificate that lasts', () => {
  expect(tlsProblems(undefined, 0)).toEqual([]);
  expect(tlsProblems(ending(14 * DAY), 0)).toEqual([]);
});

test('a certificate that ends within 14 days is told, and one that has ended', () => {
  expect(tlsProblems(ending(14 * DAY - 1), 0)).toEqual([
    expect.stringMatching(/"shop" for shop.test ends at 1970-01-14T23:59:59.999Z: renew it/),
  ]);
  expect(tlsProblems(ending(5), 5)).toEqual([expect.stringMatching(/ended at/)]);
});

test('a door that does not answer, or has no certificate, is told', () => {
  expect(tlsProblems({ status: undefined }, 0)).toEqual([expect.stringMatching(/does not answer/)]);
  const none = { status: { port: 443, connections: 0, problems: ['x'], certificates: [] } };
  expect(tlsProblems(none, 0)).toEqual([expect.stringMatching(/without a certificate/), 'x']);
});
