import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { authorize } from './authorize.ts';
import { CredentialCheck, tokenLengthMax, verdictsRememberedMax } from './credential-check.ts';
import { readCredentials } from './read-credential.ts';

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');

function checkOf(...tokens: string[]): CredentialCheck {
  const check = new CredentialCheck();
  check.replace(tokens.map(digest));
  return check;
}

test('a token opens by its digest, and its verdict is remembered', async () => {
  const check = checkOf('right');
  expect(check.known('right')).toBeUndefined();
  expect([await check.opens('right'), await check.opens('wrong')]).toEqual([true, false]);
  expect([check.known('right'), check.known('wrong')]).toEqual([true, false]);
});

test('new digests void every remembered verdict, also of a check that is under way', async () => {
  const check = checkOf('right');
  await check.opens('right');
  const underWay = check.opens('other');
  check.replace([digest('other')]);
  expect(check.known('right')).toBeUndefined();
  expect([await underWay, await check.opens('right')]).toEqual([true, false]);
});

test('one verdict past the bound forgets the others, and they are judged again', async () => {
  const check = checkOf('right');
  await check.opens('right');
  for (let i = 1; i < verdictsRememberedMax; i += 1) await check.opens(`t${i}`);
  expect(check.known('right')).toBe(true);
  await check.opens('one more');
  expect(check.known('right')).toBeUndefined();
  expect(await check.opens('right')).toBe(true);
});

test('a token one past the length opens nothing', async () => {
  const token = 'x'.repeat(tokenLengthMax + 1);
  const check = checkOf(token, token.slice(1));
  expect([await check.opens(token), await check.opens(token.slice(1))]).toEqual([false, true]);
});

test.each([
  ['Bearer abc', null, [{ header: 'authorization', token: 'abc' }]],
  ['bearer  abc ', null, [{ header: 'authorization', token: 'abc' }]],
  ['Basic abc', 'key', [{ header: 'x-api-key', token: 'key' }]],
  ['Bearer', '', []],
  ['Bearer a b', null, []],
  [null, null, []],
])('authorization %s and x-api-key %s present %o', (authorization, key, presented) => {
  expect(readCredentials(authorization, key)).toEqual(presented);
});

test('a function that is not public opens by either header, and only the one that opened is kept back', async () => {
  const check = checkOf('right');
  expect(await authorize(check, false, 'Bearer theirs', 'right')).toEqual({
    open: true,
    credentials: ['x-api-key'],
  });
  expect(await authorize(check, false, 'Bearer right', 'theirs')).toEqual({
    open: true,
    credentials: ['authorization'],
  });
  expect(await authorize(check, false, 'Bearer theirs', null)).toEqual({ open: false, presented: true });
  expect(await authorize(check, false, null, null)).toEqual({ open: false, presented: false });
});

test('a public function is open to all, and does not see a token of the platform', async () => {
  const check = checkOf('right');
  expect(await authorize(check, true, 'Bearer theirs', null)).toEqual({ open: true, credentials: [] });
  expect(await authorize(check, true, 'Bearer right', null)).toEqual({
    open: true,
    credentials: ['authorization'],
  });
});
