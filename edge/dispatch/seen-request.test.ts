import { expect, test } from 'vitest';
import type { AuthMethod } from '../contract/rules/auth.ts';
import type { RulesEntry } from '../contract/rules.ts';
import { seenLengthMax, seenRequest } from './seen-request.ts';
import { withheldNames } from './withheld-names.ts';

const NAMES = withheldNames([undefined]);
const seen = (url: string, headers: Record<string, string> = {}, rules?: RulesEntry) =>
  seenRequest(url, new Headers(headers), withheldNames([undefined, rules]));
const JWT = `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.${'x-_'.repeat(14)}`;
const SVK = `svk_${'a1'.repeat(20)}`;
const SLV = `slv_${'B2'.repeat(20)}`;

test('what opens doors is withheld, and what is ours is left out', () => {
  const headers = new Headers({ Authorization: 'Bearer x', cookie: 'a=b', 'x-api-key': 'k', accept: '*/*' });
  headers.set('x-selvedge-mount', '/p');
  expect(seenRequest('http://a/?b', headers, NAMES)).toEqual({
    url: 'http://a/?b',
    headers: { accept: '*/*', authorization: 'REDACTED', cookie: 'REDACTED', 'x-api-key': 'REDACTED' },
  });
});

test('what stands where the rules look for it is withheld, whatever it is', () => {
  const auth = (...methods: unknown[]): RulesEntry['auth'] => ({
    ...{ methods: methods as AuthMethod[], required: true, forward: true },
    ...{ roles: null, scopes: null, claims: null },
  });
  const places = [
    { in: 'header', name: 'x-partner', bearer: false },
    { in: 'query', name: 'key' },
    { in: 'cookie', name: 'session' },
  ];
  const rules: RulesEntry = {
    auth: auth(
      { type: 'api_key', places },
      { type: 'jwt', places: [{ in: 'query', name: 'token' }] },
      { type: 'mtls', header: 'x-cert', verified: { header: 'x-cert-ok', value: 'secret' } },
      { type: 'basic', realm: '', users: [] },
    ),
    webhook: {
      ...{ provider: 'hmac', secrets: [], toleranceSeconds: null },
      scheme: {
        ...{ header: 'x-signed', algorithm: 'SHA-256', encoding: 'hex', prefix: '' },
        timestampHeader: 'x-time',
      },
    },
  };
  const headers = { 'x-partner': 'k', 'x-cert': 'c', 'x-cert-ok': 'o', 'x-signed': 's', 'x-time': '1' };
  expect(seen('http://a/p?a=%20b&key=1&t%6Fken=2&key', headers, rules)).toEqual({
    url: 'http://a/p?a=%20b&key=REDACTED&t%6Fken=REDACTED&key=REDACTED',
    headers: {
      ...{ 'x-partner': 'REDACTED', 'x-cert': 'REDACTED', 'x-cert-ok': 'REDACTED' },
      ...{ 'x-signed': 'REDACTED', 'x-time': '1' },
    },
  });
  expect(seen('http://a/?key=1', headers).headers).toEqual(headers);
});

test.each(['x-hub-signature-256', 'stripe-signature', 'x-slack-signature', 'webhook-signature'])(
  'the signature in %s is withheld without a rule too',
  (name) => {
    expect(seen('http://a/', { [name]: 'v1,AAAA' }).headers).toEqual({ [name]: 'REDACTED' });
  },
);

test('the signature of a URL and the token of a preview are withheld', () => {
  expect(seen('http://a/?selvedge-expires=5&selvedge-signature=x&selvedge-preview=a.b').url).toBe(
    'http://a/?selvedge-expires=5&selvedge-signature=REDACTED&selvedge-preview=REDACTED',
  );
});

test.each([JWT, SVK, SLV])('what looks like a credential is withheld wherever it stands: %s', (token) => {
  const url = `http://a/x/${token}/y?n=1&q=Bearer%20${token}&z=%22${token}%22&${token}=1&w=${token.replace('_', '%5F')}`;
  expect(seen(url, { 'x-any': `Bearer ${token}`, 'x-list': `a=${token}; b="${token}"` })).toEqual({
    url: 'http://a/x/REDACTED/y?n=1&q=REDACTED&z=REDACTED&REDACTED=REDACTED&w=REDACTED',
    headers: { 'x-any': 'Bearer REDACTED', 'x-list': 'a=REDACTED; b="REDACTED"' },
  });
  expect(seen(`http://a/%20${token}`).url).toBe('http://a/%20REDACTED');
});

test.each(['eyJust.one', `slv_${'a'.repeat(39)}`, `svk_${'a'.repeat(41)}`, 'keyJ.a.b', 'a.b.c'])(
  '%s looks like none',
  (text) => {
    expect(seen(`http://a/?q=${text}`, { 'x-any': text })).toEqual({
      ...{ url: `http://a/?q=${text}`, headers: { 'x-any': text } },
    });
  },
);

test('a long text is looked through once', () => {
  const started = performance.now();
  for (const text of ['eyJ', '%20eyJ', 'eyJ.', 'slv_', '-eyJ'])
    for (let n = 0; n < 5; n += 1) seen(`http://a/${text.repeat(20_000)}`, { 'x-any': text.repeat(20_000) });
  expect(performance.now() - started).toBeLessThan(1000);
});

test('one character beyond the bound is not kept, and no half of a credential at it', () => {
  const fits = new Headers({ a: 'x'.repeat(seenLengthMax - 1) });
  const beyond = new Headers({ a: 'x'.repeat(seenLengthMax) });
  expect(Object.keys(seenRequest('u', fits, NAMES).headers)).toEqual(['a']);
  expect(seenRequest('u'.repeat(seenLengthMax + 1), beyond, NAMES)).toEqual({
    url: 'u'.repeat(seenLengthMax),
    headers: {},
  });
  expect(seen(`${'u'.repeat(seenLengthMax - 31)}/${SVK}`).url).not.toMatch(/svk_/);
});
