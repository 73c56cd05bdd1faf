import { expect, test } from 'vitest';
import { certificateFault, readCertificate } from './client-certificate.ts';

const hash = 'ab'.repeat(32);

test.each([
  [
    `Hash=${hash};Subject="CN=ada,O=Example";DNS=ada.test;URI=spiffe://a/b`,
    { fingerprint: hash, subject: 'CN=ada,O=Example', sans: ['ada.test', 'spiffe://a/b'] },
  ],
  ['By=x;Subject="CN=\\"quoted\\", with; signs"', { subject: 'CN="quoted", with; signs', sans: [] }],
  ['Subject="CN=stranger",Subject="CN=last"', { subject: 'CN=last', sans: [] }],
  ['By=x;URI=admin;DNS=robot.test;DNS=urn:x', { sans: ['robot.test'] }],
  ['By=x;URI=admin', undefined],
  ['By=x', undefined],
  ['', undefined],
  ['nonsense', undefined],
])('x-forwarded-client-cert %s', (value, certificate) => {
  expect(readCertificate('xfcc', value)).toEqual(certificate);
});

test('a header may have just the subject, or just the fingerprint', () => {
  expect(readCertificate('subject', 'CN=ada')).toEqual({ subject: 'CN=ada', sans: [] });
  expect(readCertificate('fingerprint', 'AB:CD')).toEqual({ fingerprint: 'abcd', sans: [] });
  expect([readCertificate('subject', ''), readCertificate('fingerprint', '')]).toEqual([
    undefined,
    undefined,
  ]);
});

test('every list that the rule has must have something of the certificate', () => {
  const ada = { subject: 'CN=ada', fingerprint: hash, sans: ['ada.test'] };
  const any = { subjects: null, fingerprints: null, sans: null };
  expect(certificateFault(ada, { ...any, subjects: ['CN=ada'], sans: ['x', 'ada.test'] })).toBeUndefined();
  expect(certificateFault(ada, { ...any, subjects: ['CN=bob'] })).toMatch(/subject/);
  expect(certificateFault(ada, { ...any, subjects: ['CN=ada'], fingerprints: ['00'] })).toMatch(
    /none of those/,
  );
  expect(certificateFault(ada, { ...any, sans: ['ada'] })).toMatch(/names/);
  expect(certificateFault({ sans: [] }, { ...any, subjects: ['undefined'] })).toMatch(/subject/);
});
