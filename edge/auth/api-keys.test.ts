import { createHash } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { ApiKeys, apiKeysRememberedMax } from './api-keys.ts';

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');
const token = (n: number): string => `svk_${String(n).padStart(40, '0')}`;
const entry = { id: 'ak_1', project: 'default', function: null, scopes: [], expiresAt: null };

function keysOf(...tokens: string[]): ApiKeys {
  const keys = new ApiKeys();
  keys.replace(Object.fromEntries(tokens.map((one) => [digest(one), entry])));
  return keys;
}

test('a token is known by its digest, and what does not look like one is not even hashed', async () => {
  const odd = 'svk_short';
  const keys = keysOf(token(1), odd);
  expect(await keys.find(token(1))).toMatchObject({ id: 'ak_1', digest: digest(token(1)) });
  expect([await keys.find(token(2)), await keys.find(odd), await keys.find('')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('a key that is removed while its digest is remembered opens nothing, and one that is set does', async () => {
  const keys = keysOf(token(1));
  await keys.find(token(1));
  await keys.find(token(2));
  keys.apply({ [digest(token(2))]: entry }, [digest(token(1))]);
  expect([await keys.find(token(1)), (await keys.find(token(2)))?.id]).toEqual([undefined, 'ak_1']);
});

test('one token past the bound forgets the others, and they are hashed again', async () => {
  const keys = keysOf(token(0));
  for (let n = 0; n < apiKeysRememberedMax; n += 1) await keys.find(token(n));
  const hash = vi.spyOn(crypto.subtle, 'digest');
  expect(await keys.find(token(0))).toBeDefined();
  expect(hash).not.toHaveBeenCalled();
  await keys.find(token(apiKeysRememberedMax));
  expect(await keys.find(token(0))).toBeDefined();
  expect(hash).toHaveBeenCalledTimes(2);
  hash.mockRestore();
});

test('control is told of a key in use once a minute', async () => {
  const keys = keysOf(token(1));
  const key = await keys.find(token(1));
  if (!key) throw new Error('there is one');
  keys.use(key, 1000);
  keys.use(key, 60_999);
  expect([keys.takeUsed(), keys.takeUsed()]).toEqual([[key.digest], []]);
  keys.use(key, 61_000);
  expect(keys.takeUsed()).toEqual([key.digest]);
});
