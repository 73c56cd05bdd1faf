import { expect, test } from 'vitest';
import { doorCertificate } from './door-certificate.ts';

const shown = (more: object) => ({ tlsClientAuth: { certPresented: '1', certVerified: 'SUCCESS', ...more } });

test('a certificate that the door has checked is told with its subject, names and fingerprint', () => {
  const told = shown({
    ...{ certSubjectDN: 'CN=robot', certSubjectAltName: 'DNS:robot.test, URI:spiffe://shop/robot' },
    certFingerprintSHA256: 'ab12',
  });
  expect(doorCertificate(told)).toEqual({
    certificate: { subject: 'CN=robot', fingerprint: 'ab12', sans: ['robot.test', 'spiffe://shop/robot'] },
  });
});

test.each([
  ['email:admin', []],
  ['URI:admin', []],
  ['DNS:urn:admin', []],
  ['IP Address:192.0.2.1, DirName:CN=admin, othername:<unsupported>', []],
  ['DNS:', []],
  ['email:x, DNS:robot.test', ['robot.test']],
  // As Node writes names with commas in them, which would be other names without the quotes.
  ['email:"x, DNS:admin, y"', []],
  ['URI:"urn:x, DNS:admin, y", DNS:robot.test', ['robot.test']],
  ['email:"x\\", DNS:admin, y"', []],
  // Cut off within quotes.
  ['email:"x, DNS:admin', []],
])('of the names %s those that are hosts or URIs count: %j', (names, sans) => {
  expect(doorCertificate(shown({ certSubjectAltName: names }))).toEqual({ certificate: { sans } });
});

test('one that is not good is a fault, and none is none', () => {
  const failed = shown({ certVerified: 'FAILED:CERT_HAS_EXPIRED' });
  expect(doorCertificate(failed)).toEqual({ fault: expect.stringContaining('FAILED:CERT_HAS_EXPIRED') });
  expect(doorCertificate(shown({ certVerified: undefined }))).toHaveProperty('fault');
  expect(doorCertificate({ tlsClientAuth: { certPresented: '0', certVerified: 'NONE' } })).toBeUndefined();
  expect(doorCertificate({ clientIp: '127.0.0.1:1' })).toBeUndefined();
  expect(doorCertificate(undefined)).toBeUndefined();
});
