import { exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';
import { expect, test } from 'vitest';
import { JwksCache, jwksFirstPauseMs, jwksPauseMs, jwksTimeoutMs } from './jwks-cache.ts';

const times = { maxAgeMs: 600_000, staleMs: 3_600_000 };
const setOf = async (kid: string): Promise<JSONWebKeySet> => {
  const { publicKey } = await generateKeyPair('ES256', { extractable: true });
  return { keys: [{ ...(await exportJWK(publicKey)), kid }] };
};

/** The clock stands but where the test or a wait moves it. */
function useCache() {
  let now = 1_000_000;
  let asked = 0;
  const cache = new JwksCache({
    now: () => now,
    wait: async (ms) => {
      now += ms;
      await Promise.resolve();
    },
  });
  return {
    cache,
    pass: (ms: number) => {
      now += ms;
    },
    asked: () => asked,
    gives: (set: JSONWebKeySet) => async () => {
      asked += 1;
      return set;
    },
    fails: async (): Promise<JSONWebKeySet> => {
      asked += 1;
      throw new Error('it does not answer');
    },
  };
}

test('keys are asked for once and used until they are old', async () => {
  const { cache, pass, asked, gives } = useCache();
  const ask = gives(await setOf('a'));
  expect(cache.keys(times)).toBeUndefined();
  expect(await cache.keysNow(times, ask)).toBeDefined();
  pass(times.maxAgeMs);
  expect(await cache.keysNow(times, ask)).toBeDefined();
  expect([cache.isOld(times), asked()]).toEqual([false, 1]);
  pass(1);
  expect(cache.isOld(times)).toBe(true);
  await cache.refresh(ask);
  expect([cache.isOld(times), asked()]).toEqual([false, 2]);
});

test('old keys are used while the issuer cannot be reached, for so long and not a millisecond more', async () => {
  const { cache, pass, gives, fails } = useCache();
  await cache.keysNow(times, gives(await setOf('a')));
  pass(times.maxAgeMs + 1);
  await cache.refresh(fails);
  expect(cache.failure).toBe('it does not answer');
  pass(times.staleMs - 1);
  expect(await cache.keysNow(times, fails)).toBeDefined();
  pass(1);
  expect(await cache.keysNow(times, fails)).toBeUndefined();
  expect(cache.revision(times)).toBeUndefined();
});

test('for a key that is not in the list it is asked again at once, and then not before the pause is over', async () => {
  const { cache, pass, asked, gives } = useCache();
  const [first, second] = [await setOf('a'), await setOf('b')];
  await cache.keysNow(times, gives(first));
  expect(await cache.askForMore(gives(second))).toBe(false);
  pass(jwksPauseMs);
  expect(await cache.askForMore(gives(second))).toBe(true);
  for (let i = 0; i < 100; i += 1) expect(await cache.askForMore(gives(first))).toBe(false);
  expect(asked()).toBe(2);
  pass(jwksPauseMs - 1);
  expect(await cache.askForMore(gives(first))).toBe(false);
  pass(1);
  expect(await cache.askForMore(gives(first))).toBe(true);
  expect(asked()).toBe(3);
});

test('the same list again changes nothing, and another one voids what was decided by the first', async () => {
  const { cache, pass, gives } = useCache();
  const [first, second] = [await setOf('a'), await setOf('b')];
  await cache.keysNow(times, gives(first));
  const [revision, keys] = [cache.revision(times), cache.keys(times)];
  pass(jwksPauseMs);
  await cache.refresh(gives(first));
  expect([cache.revision(times), cache.keys(times)]).toEqual([revision, keys]);
  pass(jwksPauseMs);
  await cache.refresh(gives(second));
  expect(cache.revision(times)).not.toBe(revision);
});

test('without any keys a failure is followed by the next try sooner', async () => {
  const { cache, pass, asked, gives, fails } = useCache();
  expect(await cache.keysNow(times, fails)).toBeUndefined();
  expect(await cache.keysNow(times, fails)).toBeUndefined();
  expect(asked()).toBe(1);
  pass(jwksFirstPauseMs);
  expect(await cache.keysNow(times, gives(await setOf('a')))).toBeDefined();
  expect([asked(), cache.failure]).toEqual([2, undefined]);
});

test('several that need the keys at once ask once', async () => {
  const { cache, asked, gives } = useCache();
  const set = await setOf('a');
  let answer = (): void => undefined;
  const slow = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const ask = async () => {
    await slow;
    return gives(set)();
  };
  const all = [cache.keysNow(times, ask), cache.keysNow(times, ask), cache.keysNow(times, ask)];
  answer();
  for (const found of await Promise.all(all)) expect(found).toBeDefined();
  expect(asked()).toBe(1);
});

test('who asked and is gone with his request is not waited for longer than a question may take', async () => {
  const { cache, pass, gives } = useCache();
  void cache.refresh(() => new Promise(() => undefined));
  // Who comes meanwhile waits by the clock, which moves with each wait here.
  expect(await cache.keysNow(times, gives(await setOf('a')))).toBeUndefined();
  pass(jwksTimeoutMs);
  expect(await cache.keysNow(times, gives(await setOf('a')))).toBeDefined();
});
