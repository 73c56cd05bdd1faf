import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { signedText } from '../../edge/contract/signed-url.ts';
import { functionRecord } from '../../test/support/function-record.ts';
import { rulesSchema } from '../model/rules.ts';
import { signUrlSchema } from '../model/signed-url.ts';
import { signUrl } from './sign-url.ts';

const key = Buffer.from('a key');
const edge = { host: '127.0.0.1', port: 8080, domain: 'localhost' };
const rules = rulesSchema.parse({ auth: { method: { type: 'signed_url' } } });
const record = functionRecord({ name: 'hello', rules });
const sign = (input: object, of = record) =>
  signUrl(of, signUrlSchema.parse({ path: '/', ...input }), { edge, key, now: 1_800_000_000_500 });

test('a URL is signed over what a client will ask for', () => {
  const { url, method, expiresAt } = sign({
    path: '/a b/ü'.replace(' ', '%20'),
    query: { x: '1 2', a: 'ü' },
    expires_in: 60,
  });
  expect([method, expiresAt]).toEqual(['GET', '2027-01-15T08:01:01.000Z']);
  const parsed = new URL(url);
  const expires = '1800000061';
  const parts = {
    functionId: record.id,
    method: 'GET',
    host: 'hello.localhost',
    path: parsed.pathname,
    query: parsed.search,
    expires,
  };
  expect(parsed.searchParams.get('selvedge-expires')).toBe(expires);
  expect(parsed.searchParams.get('selvedge-signature')).toBe(
    createHmac('sha256', key).update(signedText(parts)).digest('base64url'),
  );
  expect([parsed.pathname, parsed.searchParams.get('x')]).toEqual(['/a%20b/%C3%BC', '1 2']);
});

test('dots in the path are gone before it is signed, as clients take them away', () => {
  expect(new URL(sign({ path: '/a/../b' }).url).pathname).toBe('/b');
});

test('a host of a route may be named', () => {
  expect(sign({ host: 'files.example.com' }).url).toMatch(
    /^http:\/\/files\.example\.com\/\?selvedge-expires=/,
  );
});

test('the order of parameters does not count, and HEAD is as GET', () => {
  const parts = { functionId: 'f', host: 'h', path: '/', expires: '1' };
  expect(signedText({ ...parts, method: 'HEAD', query: '?b=1&a=2' })).toBe(
    signedText({ ...parts, method: 'GET', query: '?a=2&b=1&selvedge-expires=9' }),
  );
  expect(signedText({ ...parts, method: 'POST', query: '' })).not.toBe(
    signedText({ ...parts, method: 'GET', query: '' }),
  );
});

test('a function whose rules take no signed URLs is refused, and one route that does is enough', () => {
  const plain = functionRecord({ name: 'plain' });
  expect(() => sign({}, plain)).toThrow(/takes no signed URLs/);
  expect(sign({}, { ...plain, routes: [{ pattern: '/x', rules: rules as never }] }).url).toContain(
    'selvedge-signature',
  );
});
