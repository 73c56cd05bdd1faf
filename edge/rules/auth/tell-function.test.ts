import { expect, test } from 'vitest';
import { claimsBytesMax, headerText, identityHeaders } from './tell-function.ts';

const who = { kind: 'jwt', subject: 'ada', roles: ['a', 'b'], scopes: [], claims: { sub: 'ada' } } as const;

test('the function is told user, roles and claims', () => {
  expect(identityHeaders(who).map(({ name, value }) => [name, value])).toEqual([
    ['x-selvedge-user', 'ada'],
    ['x-selvedge-roles', 'a,b'],
    ['x-selvedge-claims', '{"sub":"ada"}'],
  ]);
});

test('claims of a byte past the bound are left out', () => {
  const sized = (bytes: number) => ({ ...who, claims: { a: 'x'.repeat(bytes - '{"a":""}'.length) } });
  expect(identityHeaders(sized(claimsBytesMax))).toHaveLength(3);
  expect(identityHeaders(sized(claimsBytesMax + 1))).toHaveLength(2);
});

test.each(['ü', 'a\r\nx-evil: 1', ' a', 'a ', '=a', '\u0000', '\u{1F512}'])(
  '%j goes in base64url',
  (text) => {
    const value = headerText(text);
    expect(value).toMatch(/^=[A-Za-z0-9_-]+$/);
    expect(Buffer.from(value.slice(1), 'base64url').toString()).toBe(text);
  },
);

test.each(['', 'a', 'a b', 'auth0|123', '{"a":1}'])('%j goes as it is', (text) => {
  expect(headerText(text)).toBe(text);
});
