// Certificates as openssl makes them, good ones and bad ones.

import { expect, test } from 'vitest';
import { chainLengthMax, pairBytesMax, readPair } from '../../control/certificates/read-pair.ts';
import { makeCertificate, P256 } from '../support/make-certificate.ts';

const good = makeCertificate({ names: ['shop.test', '*.shop.test'] });
const other = makeCertificate({ names: ['other.test'] });
const now = Date.now();

test('a chain and its key are read, with names and dates', () => {
  const pair = readPair(good.certificate + other.certificate, good.key, now);
  expect(pair.names).toEqual(['shop.test', '*.shop.test']);
  expect(pair.notAfter).toBeGreaterThan(now + 29 * 86_400_000);
  expect(pair.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
});

test.each([
  ['another key', good.certificate, other.key, /does not belong to the certificate of CN=shop.test/],
  [
    'a chain in the wrong order',
    other.certificate + good.certificate,
    good.key,
    /belongs to certificate 2 of 2: put the server's own first/,
  ],
  ['no certificate', 'hello', good.key, /no certificate in it/],
  [
    'half a certificate',
    good.certificate.replace(/\n.{20}/, '\n'),
    good.key,
    /Certificate 1 of 1 cannot be read/,
  ],
  ['half a key', good.certificate, good.key.slice(0, 60), /key cannot be read/],
  [
    'a chain one too long',
    good.certificate.repeat(chainLengthMax + 1),
    good.key,
    /has 11 certificates, and at most 10/,
  ],
  [
    'bytes one too many',
    good.certificate.padEnd(pairBytesMax - good.key.length + 1),
    good.key,
    /have 65537 bytes/,
  ],
])('%s is refused with a sentence', (_what, certificate, key, message) => {
  expect(() => readPair(certificate, key, now)).toThrow(message);
});

test('as many certificates and bytes as may be are taken', () => {
  expect(readPair(good.certificate.repeat(chainLengthMax), good.key, now).names).toHaveLength(2);
  expect(readPair(good.certificate.padEnd(pairBytesMax - good.key.length), good.key, now).names).toHaveLength(
    2,
  );
});

test.each([
  ['RSA with 1024 bits', ['-newkey', 'rsa:1024'], /RSA with 1024 bits: use 2048 or more/],
  [
    'a curve that browsers do not take',
    ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:secp256k1'],
    /curve secp256k1/,
  ],
])('%s is refused as weak', (_what, key, message) => {
  const weak = makeCertificate({ names: ['shop.test'], key });
  expect(() => readPair(weak.certificate, weak.key, now)).toThrow(message);
});

test('a signature with SHA-1 is refused', () => {
  const weak = makeCertificate({ names: ['shop.test'], key: P256, more: ['-sha1'] });
  expect(() => readPair(weak.certificate, weak.key, now)).toThrow(/sha1.*can be forged/i);
});

test('a certificate that has ended, or names no host, is refused', () => {
  const { certificate, key } = makeCertificate({ names: ['shop.test'], days: 1 });
  expect(() => readPair(certificate, key, now + 2 * 86_400_000)).toThrow(
    /for shop.test ended at .*: renew it/,
  );
  const nameless = makeCertificate({ names: [] });
  expect(() => readPair(nameless.certificate, nameless.key, now)).toThrow(/no DNS name/);
});

test('a key with a passphrase is refused without asking for it', () => {
  expect(() => readPair(good.certificate, '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n', now)).toThrow(
    /passphrase/,
  );
});
