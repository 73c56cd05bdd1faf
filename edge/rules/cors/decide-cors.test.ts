import { expect, test } from 'vitest';
import { corsSchema } from '../../../control/model/rules/cors.ts';
import { compileCors } from '../../../control/plan/rules/compile-cors.ts';
import { editHeaders } from '../header-edit.ts';
import { Cors } from './decide-cors.ts';

const useCors = (rules: object): Cors => new Cors(compileCors(corsSchema.parse(rules)));
const APP = 'https://app.example.com';

/** Headers of an answer, whose function has said something of its own. */
function headersFor(
  cors: Cors,
  origin: string | null,
  own: Record<string, string> = {},
): Record<string, string> {
  const headers = new Headers(own);
  editHeaders(headers, cors.decide(origin).edits);
  return Object.fromEntries(headers);
}

function preflight(cors: Cors, asked: Record<string, string>): Record<string, string> | string {
  const edits = cors.preflight(new Headers(asked));
  if (typeof edits === 'string') return edits;
  const headers = new Headers();
  editHeaders(headers, edits);
  return Object.fromEntries(headers);
}

test('an origin that is named may read, and the answer varies by origin', () => {
  const cors = useCors({ origins: [APP], credentials: true, expose: ['x-total'] });
  expect(headersFor(cors, APP, { vary: 'Accept' })).toEqual({
    'access-control-allow-origin': APP,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'x-total',
    vary: 'Accept, Origin',
  });
});

test('what the function itself says to an origin that is not named is taken away, and the answer varies all the same', () => {
  const cors = useCors({ origins: [APP] });
  const own = { 'access-control-allow-origin': '*', 'access-control-allow-credentials': 'true' };
  expect(headersFor(cors, 'https://evil.example', own)).toEqual({ vary: 'Origin' });
  expect(headersFor(cors, null, own)).toEqual({ vary: 'Origin' });
});

test('with "*" every origin reads, "null" too, no answer varies, and no cookie is asked for', () => {
  const cors = useCors({ origins: ['*'] });
  for (const origin of [APP, 'null', null]) {
    expect(headersFor(cors, origin, { 'access-control-allow-credentials': 'true' })).toEqual({
      'access-control-allow-origin': '*',
    });
  }
});

test.each([
  ['https://a.example.com', true],
  ['https://a.b.example.com', true],
  ['https://example.com', false],
  ['https://.example.com', false],
  ['http://a.example.com', false],
  ['https://a.example.com:8443', false],
  ['https://aexample.com', false],
  ['https://evil.test/.example.com', false],
  ['https://evil.test@a.example.com', false],
  ['https://evil.test#.example.com', false],
  ['https://evil.test:80.example.com', false],
  ['https://A.example.com', false],
  ['null', false],
  ['', false],
])('https://*.example.com takes %j: %s', (origin, allowed) => {
  expect(useCors({ origins: ['https://*.example.com'] }).decide(origin).allowed).toBe(allowed);
});

test('a preflight is told what may be sent', () => {
  const cors = useCors({ origins: [APP], methods: ['GET', 'PUT'], headers: ['X-Token'], max_age: 60 });
  const asked = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-token' };
  expect(preflight(cors, asked)).toEqual({
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'x-token',
    'access-control-max-age': '60',
    vary: 'Access-Control-Request-Method, Access-Control-Request-Headers',
  });
});

test('any header may be asked for by default, and only names are repeated', () => {
  const cors = useCors({ origins: [APP] });
  const asked = (names: string) =>
    preflight(cors, { 'access-control-request-method': 'GET', 'access-control-request-headers': names });
  expect(asked('content-type,x-a')).toMatchObject({ 'access-control-allow-headers': 'content-type,x-a' });
  expect([asked('a b'), asked('a,,b'), asked('é'), asked('x'.repeat(2049))]).toEqual(
    Array(4).fill('the headers that it asks for are no list of names'),
  );
});

test('a preflight for what may not be sent is told why', () => {
  const cors = useCors({ origins: [APP], methods: ['GET'], headers: ['x-a'] });
  const asked = (method: string, more: object = {}) =>
    preflight(cors, { 'access-control-request-method': method, ...more });
  expect(asked('DELETE')).toBe('the method DELETE is not one of GET');
  expect(asked('get')).toMatch(/the method get is not/);
  expect(asked('GET', { 'access-control-request-headers': 'x-a, x-b' })).toBe(
    'the header x-b is not one of x-a',
  );
  expect(asked('GET', { 'access-control-request-private-network': 'true' })).toMatch(/private network/);
});

test('a private network answers pages of the internet when it is said so', () => {
  const cors = useCors({ origins: [APP], private_network: true });
  const asked = { 'access-control-request-method': 'GET', 'access-control-request-private-network': 'true' };
  expect(preflight(cors, asked)).toMatchObject({ 'access-control-allow-private-network': 'true' });
});
