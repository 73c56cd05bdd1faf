import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Credentials } from '../contract/routing-table.ts';
import { authorize } from './authorize.ts';
import { CredentialCheck, tokenLengthMax, verdictsRememberedMax } from './credential-check.ts';
import { readCredentials } from './read-credential.ts';

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');
const forAll: Credentials[string] = { role: 'owner', projects: null, expiresAt: null };

const credentialsOf = (tokens: Readonly<Record<string, Credentials[string]>>): Credentials =>
  Object.fromEntries(Object.entries(tokens).map(([token, credential]) => [digest(token), credential]));

function checkOf(tokens: Readonly<Record<string, Credentials[string]>> = { right: forAll }): CredentialCheck {
  const check = new CredentialCheck();
  check.replace(credentialsOf(tokens));
  return check;
}

const knows = async (check: CredentialCheck, token: string): Promise<boolean> =>
  (await check.find(token)) !== null;

const shop = { public: false, project: 'shop' };
const publicShop = { public: true, project: 'shop' };
const stranger = { key: null, choosesVersion: false };
const at = (time: number) => (): number => time;

test('a token is known by its digest, and what it opens is remembered', async () => {
  const check = checkOf();
  expect(check.known('right')).toBeUndefined();
  expect([await knows(check, 'right'), await knows(check, 'wrong')]).toEqual([true, false]);
  expect([check.known('right')?.digest, check.known('wrong')]).toEqual([digest('right'), null]);
});

test('new credentials void all that is remembered, also of a look-up that is under way', async () => {
  const check = checkOf();
  await check.find('right');
  const underWay = knows(check, 'other');
  check.replace(credentialsOf({ other: forAll }));
  expect(check.known('right')).toBeUndefined();
  expect([await underWay, await knows(check, 'right')]).toEqual([true, false]);
});

test('one token past the bound forgets the others, and they are looked up again', async () => {
  const check = checkOf();
  await check.find('right');
  for (let i = 1; i < verdictsRememberedMax; i += 1) await check.find(`t${i}`);
  expect(check.known('right')).toBeDefined();
  await check.find('one more');
  expect(check.known('right')).toBeUndefined();
  expect(await knows(check, 'right')).toBe(true);
});

test('a token one past the length opens nothing', async () => {
  const token = 'x'.repeat(tokenLengthMax + 1);
  const check = checkOf({ [token]: forAll, [token.slice(1)]: forAll });
  expect([await knows(check, token), await knows(check, token.slice(1))]).toEqual([false, true]);
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
  const check = checkOf();
  const ask = (authorization: string | null, key: string | null) =>
    authorize(check, shop, authorization, key, at(0));
  const asOwner = { key: digest('right'), choosesVersion: true };
  expect(await ask('Bearer theirs', 'right')).toEqual({ open: true, credentials: ['x-api-key'], ...asOwner });
  expect(await ask('Bearer right', 'theirs')).toEqual({
    ...{ open: true, credentials: ['authorization'] },
    ...asOwner,
  });
  expect(await ask('Bearer theirs', null)).toEqual({ open: false, presented: true });
  expect(await ask(null, null)).toEqual({ open: false, presented: false });
});

test('a credential opens functions of its projects and of no other', async () => {
  const check = checkOf({
    own: { ...forAll, projects: ['blog', 'shop'] },
    other: { ...forAll, projects: ['blog', 'shop-2'] },
  });
  const opens = async (token: string): Promise<boolean> =>
    (await authorize(check, shop, `Bearer ${token}`, null, at(0))).open;
  expect([await opens('own'), await opens('other')]).toEqual([true, false]);
});

test('a credential opens until the millisecond before its expiry, by the clock of the front', async () => {
  const check = checkOf({ timed: { ...forAll, expiresAt: 1000 } });
  const opens = async (now: number): Promise<boolean> =>
    (await authorize(check, shop, 'Bearer timed', null, at(now))).open;
  expect([await opens(999), await opens(1000), await opens(1001)]).toEqual([true, false, false]);
});

test('a public function is open to all, and does not see a token of the platform', async () => {
  const check = checkOf();
  expect(await authorize(check, publicShop, 'Bearer theirs', null, at(0))).toEqual({
    ...{ open: true, credentials: [] },
    ...stranger,
  });
  expect(await authorize(check, publicShop, 'Bearer right', null, at(0))).toMatchObject({
    open: true,
    credentials: ['authorization'],
  });
});

test('a public function sees neither a token of another project, nor one that has expired or that only reads', async () => {
  const check = checkOf({
    foreign: { ...forAll, projects: ['blog'] },
    over: { ...forAll, expiresAt: 1 },
  });
  const viewer = `slv_${'a1'.repeat(20)}`;
  for (const token of ['foreign', 'over', viewer]) {
    expect(await authorize(check, publicShop, null, token, at(5)), token).toEqual({
      ...{ open: true, credentials: ['x-api-key'] },
      ...stranger,
    });
  }
});

test('control is told of a credential in use once a minute, and not of one that was refused', async () => {
  const check = checkOf({ right: forAll, foreign: { ...forAll, projects: ['blog'] } });
  const use = (token: string, now: number) => authorize(check, shop, null, token, at(now));
  await use('right', 5000);
  await use('right', 5001);
  await use('foreign', 5001);
  expect(check.takeUsed()).toEqual([digest('right')]);
  await use('right', 64_999);
  expect(check.takeUsed()).toEqual([]);
  // Another key was made: that changes nothing for this one.
  check.replace(credentialsOf({ right: forAll, another: forAll }));
  await use('right', 64_999);
  expect(check.takeUsed()).toEqual([]);
  await use('right', 65_000);
  expect(check.takeUsed()).toEqual([digest('right')]);
});

test('owners and deployers choose the version that serves them in their projects, and nobody else does', async () => {
  const check = checkOf({
    owner: forAll,
    deployer: { ...forAll, role: 'deployer', projects: ['shop'] },
    invoker: { ...forAll, role: 'invoker' },
    foreign: { ...forAll, projects: ['blog'] },
    over: { ...forAll, expiresAt: 1 },
  });
  const chooses = async (...tokens: string[]): Promise<boolean> => {
    const [bearer = null, key = null] = tokens;
    const verdict = await authorize(check, publicShop, bearer && `Bearer ${bearer}`, key, at(5));
    return verdict.open && verdict.choosesVersion;
  };
  expect([await chooses('owner'), await chooses('deployer')]).toEqual([true, true]);
  for (const token of ['invoker', 'foreign', 'over', 'unknown'])
    expect(await chooses(token), token).toBe(false);
  expect(await chooses('invoker', 'deployer')).toBe(true);
});
