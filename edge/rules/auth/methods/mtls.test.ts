import { expect, test } from 'vitest';
import type { MtlsMethod } from '../../../contract/rules/auth.ts';
import type { HeaderEdit } from '../../header-edit.ts';
import type { Visit } from '../../visit.ts';
import { mtlsMethod } from './mtls.ts';

const rule: MtlsMethod = {
  ...{ type: 'mtls', header: 'x-ssl-subject', format: 'subject' },
  verified: { header: 'x-ssl-verify', value: 'SUCCESS' },
  ...{ subjects: ['CN=ada'], fingerprints: null, sans: null },
};
const told = { 'x-ssl-subject': 'CN=ada', 'x-ssl-verify': 'SUCCESS' };

function visit(proxied: boolean, headers: Readonly<Record<string, string>>) {
  const requestHeaders: HeaderEdit[] = [];
  const request = { headers: new Headers(headers) };
  return { visit: { request, client: { proxied }, requestHeaders } as unknown as Visit, requestHeaders };
}
const find = (proxied: boolean, headers: Readonly<Record<string, string>>) =>
  mtlsMethod(rule).find(visit(proxied, headers).visit);

test('what a trusted proxy says of a certificate that it has checked lets in', () => {
  expect(find(true, told)).toMatchObject({ found: 'good', identity: { kind: 'mtls', subject: 'CN=ada' } });
});

test('the same of a stranger, of a proxy that has not checked it, or of another certificate, does not', () => {
  expect(find(false, told)).toMatchObject({
    found: 'bad',
    why: expect.stringMatching(/not of a proxy that is trusted/),
  });
  expect(find(true, { ...told, 'x-ssl-verify': 'FAILED' })).toMatchObject({ found: 'bad' });
  expect(find(true, { 'x-ssl-subject': 'CN=ada' })).toMatchObject({ found: 'bad' });
  expect(find(true, { ...told, 'x-ssl-subject': 'CN=eve' })).toMatchObject({ found: 'bad' });
  expect(find(true, { 'x-ssl-verify': 'SUCCESS' })).toEqual({ found: 'nothing' });
});

test('what strangers say is taken off, and what a trusted proxy says the function may read', () => {
  const stranger = visit(false, told);
  mtlsMethod(rule).hide(stranger.visit);
  expect(stranger.requestHeaders).toEqual([
    { op: 'remove', name: 'x-ssl-subject' },
    { op: 'remove', name: 'x-ssl-verify' },
  ]);
  const proxy = visit(true, told);
  mtlsMethod(rule).hide(proxy.visit);
  expect(proxy.requestHeaders).toEqual([]);
});
