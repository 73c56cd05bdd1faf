// Goal: no token gets through but one that the rule's own keys have signed, for whom and when it says.

import { createHmac } from 'node:crypto';
import {
  CompactEncrypt,
  createLocalJWKSet,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { describe, expect, test } from 'vitest';
import { type JwtKey, jwtKeysTriedMax, jwtLengthMax, type Verified, verifyJwt } from './verify-jwt.ts';

const now = 1_800_000_000_000;
const seconds = now / 1000;
const checks = {
  ...{ algorithms: ['HS256'], issuers: [], audiences: [], clockSkewSeconds: 30 },
  ...{ requiredClaims: ['exp'], maxAgeSeconds: null },
};
const secret = new TextEncoder().encode('a secret of thirty-two bytes or so');
const other = new TextEncoder().encode('another secret of thirty-two bytes');
const good: JWTPayload = { sub: 'ada', exp: seconds + 60 };

const sign = (payload: JWTPayload, key: Uint8Array = secret, header: object = {}): Promise<string> =>
  new SignJWT(payload).setProtectedHeader({ alg: 'HS256', ...header }).sign(key);
const verify = (token: string, changes: Partial<typeof checks> = {}, keys: readonly JwtKey[] = [secret]) =>
  verifyJwt(token, keys, { ...checks, ...changes }, now);
const whyOf = (verified: Verified): string => ('why' in verified ? verified.why : 'it was let in');
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** Signed with HMAC, whatever the header says. */
const forged = (header: object, payload: unknown, key: string | Uint8Array): string => {
  const text = `${encoded(header)}.${typeof payload === 'string' ? Buffer.from(payload).toString('base64url') : encoded(payload)}`;
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
};

test.each(['HS256', 'HS384', 'HS512'])(
  'a token that is signed by %s with the secret is good until it ends',
  async (alg) => {
    const long = new TextEncoder().encode('x'.repeat(64));
    const token = await new SignJWT(good).setProtectedHeader({ alg }).sign(long);
    const verified = await verify(token, { algorithms: [alg] }, [long]);
    expect(verified).toEqual({ claims: good, until: (seconds + 90) * 1000 });
  },
);

test.each([
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
])('a token that is signed by %s is good by the public key, and by no other one', async (alg) => {
  const [pair, stranger] = await Promise.all([generateKeyPair(alg), generateKeyPair(alg)]);
  const token = await new SignJWT(good).setProtectedHeader({ alg }).sign(pair.privateKey);
  expect(await verify(token, { algorithms: [alg] }, [pair.publicKey])).toMatchObject({ claims: good });
  expect(whyOf(await verify(token, { algorithms: [alg] }, [stranger.publicKey]))).toMatch(
    /signature .* is not right/,
  );
});

describe('forged tokens are refused', () => {
  test('with no signature at all, whatever is written for `none`', async () => {
    const unsecured = new UnsecuredJWT(good).encode();
    const plain = encoded(good);
    const tokens = [unsecured, ...['none', 'None', 'nOnE', ''].map((alg) => `${encoded({ alg })}.${plain}.`)];
    for (const token of tokens) {
      expect(await verify(token), token).toHaveProperty('why');
      expect(await verify(token, {}, []), token).toHaveProperty('why');
    }
    const signed = forged({ alg: 'none' }, good, secret);
    expect(await verify(signed)).toHaveProperty('why');
  });

  test('with the public key taken for a secret', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = await exportJWK(publicKey);
    const spki = await exportSPKI(publicKey);
    for (const key of [spki, spki.trim(), JSON.stringify(jwk), String(jwk.n)]) {
      const token = forged({ alg: 'HS256', kid: 'k' }, good, key);
      for (const algorithms of [['RS256'], ['RS256', 'HS256']]) {
        expect(await verify(token, { algorithms }, [publicKey])).toHaveProperty('why');
        const set = createLocalJWKSet({ keys: [{ ...jwk, kid: 'k' }] });
        expect(await verify(token, { algorithms }, [set])).toHaveProperty('why');
      }
    }
  });

  test('with a key that the token brings along', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
    const mine = await generateKeyPair('ES256');
    const header = {
      alg: 'ES256',
      jwk: await exportJWK(publicKey),
      jku: 'https://evil.test/keys',
      x5u: 'https://evil.test/c',
    };
    const token = await new SignJWT(good).setProtectedHeader(header as never).sign(privateKey);
    expect(whyOf(await verify(token, { algorithms: ['ES256'] }, [mine.publicKey]))).toMatch(/signature/);
  });

  test('with another secret, another algorithm, or anything changed', async () => {
    const token = await sign(good);
    const [header, payload, signature] = token.split('.') as [string, string, string];
    expect(whyOf(await verify(await sign(good, other)))).toBe('the signature of the token is not right');
    expect(whyOf(await verify(token, { algorithms: ['HS512'] }))).toBe(
      'the token is signed by another algorithm than HS512',
    );
    const admin = encoded({ ...good, sub: 'root' });
    for (const changed of [
      `${header}.${admin}.${signature}`,
      `${encoded({ alg: 'HS256', typ: 'x' })}.${payload}.${signature}`,
      `${header}.${payload}.${signature.slice(0, -2)}AA`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `.${payload}.${signature}`,
      `${token}.${signature}`,
      `${header}.${payload}.${signature}=`,
      '',
      '..',
      'a.b.c',
      '\u0000',
      '🙂.🙂.🙂',
    ])
      expect(await verify(changed), changed).toHaveProperty('why');
  });

  test('with extensions that it calls critical, or a payload that is not base64', async () => {
    for (const header of [
      { alg: 'HS256', crit: ['exp'], exp: 1 },
      { alg: 'HS256', crit: ['http://evil.test/x'], 'http://evil.test/x': true },
      { alg: 'HS256', crit: [] },
      { alg: 'HS256', b64: false, crit: ['b64'] },
    ])
      expect(await verify(forged(header, good, secret)), JSON.stringify(header)).toHaveProperty('why');
  });

  test('nested in another token, encrypted, or with no object in it', async () => {
    const inner = await sign(good);
    expect(await verify(forged({ alg: 'HS256', cty: 'JWT' }, inner, secret))).toHaveProperty('why');
    for (const payload of ['[]', '"ada"', 'null', '1', '{', '']) {
      expect(await verify(forged({ alg: 'HS256' }, payload, secret)), payload).toHaveProperty('why');
    }
    const encrypted = await new CompactEncrypt(new TextEncoder().encode(inner))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(new Uint8Array(32));
    expect(await verify(encrypted)).toHaveProperty('why');
  });

  test('one character past the length that is looked at, though the signature is right', async () => {
    const empty = (await sign({ ...good, pad: '' })).length;
    let pad = Math.floor(((jwtLengthMax - empty) * 3) / 4) - 3;
    let token = await sign({ ...good, pad: 'x'.repeat(pad) });
    while (token.length < jwtLengthMax - 1) {
      pad += 1;
      token = await sign({ ...good, pad: 'x'.repeat(pad) });
    }
    expect(token.length).toBeLessThanOrEqual(jwtLengthMax);
    expect(await verify(token)).toHaveProperty('claims');
    const longer = await sign({ ...good, pad: 'x'.repeat(pad + 2) });
    expect(longer.length).toBeGreaterThan(jwtLengthMax);
    expect(whyOf(await verify(longer))).toBe(
      `the token has ${longer.length} characters, and at most ${jwtLengthMax} are looked at`,
    );
  });
});

describe('a token counts when and for whom it says', () => {
  test('until its end and the skew of clocks, and not a second longer', async () => {
    expect(await verify(await sign({ ...good, exp: seconds - 29 }))).toHaveProperty('claims');
    expect(whyOf(await verify(await sign({ ...good, exp: seconds - 30 })))).toBe('the token has expired');
    expect(whyOf(await verify(await sign({ ...good, exp: seconds - 1 }), { clockSkewSeconds: 0 }))).toBe(
      'the token has expired',
    );
    expect(whyOf(await verify(await sign({ sub: 'ada' })))).toBe(
      'the token has no claim "exp", which is asked for',
    );
    expect(await verify(await sign({ sub: 'ada' }), { requiredClaims: [] })).toMatchObject({
      until: Number.POSITIVE_INFINITY,
    });
  });

  test('from its beginning on, less the skew', async () => {
    expect(await verify(await sign({ ...good, nbf: seconds + 30 }))).toHaveProperty('claims');
    expect(whyOf(await verify(await sign({ ...good, nbf: seconds + 31 })))).toBe(
      'the token is not valid yet',
    );
  });

  test('of an age that is let pass', async () => {
    const aged = (age: number) => sign({ ...good, exp: seconds + 9999, iat: seconds - age });
    expect(await verify(await aged(630), { maxAgeSeconds: 600 as never })).toMatchObject({
      until: (seconds - 630 + 600 + 30) * 1000,
    });
    expect(whyOf(await verify(await aged(631), { maxAgeSeconds: 600 as never }))).toBe(
      'the token has expired',
    );
    expect(whyOf(await verify(await aged(-31), { maxAgeSeconds: 600 as never }))).toMatch(
      /issued in the future/,
    );
    expect(whyOf(await verify(await sign(good), { maxAgeSeconds: 600 as never }))).toMatch(/no claim "iat"/);
  });

  test('of one of the issuers, and for one of the audiences', async () => {
    const token = await sign({ ...good, iss: 'https://a.test', aud: ['x', 'shop'] });
    const of = (issuers: string[], audiences: string[]) =>
      verify(token, { issuers: issuers as never, audiences: audiences as never });
    expect(await of(['https://b.test', 'https://a.test'], ['shop'])).toHaveProperty('claims');
    expect(whyOf(await of(['https://a.test/'], []))).toBe(
      'the token is of another issuer than https://a.test/',
    );
    expect(whyOf(await of([], ['blog']))).toBe('the token is for another audience than blog');
    expect(whyOf(await verify(await sign(good), { issuers: ['https://a.test'] as never }))).toMatch(
      /no claim "iss"/,
    );
    expect(whyOf(await verify(await sign({ ...good, exp: 'soon' as never })))).toMatch(
      /claim "exp" .* not as it must/,
    );
  });
});

test('while a secret is changed, tokens of either count', async () => {
  for (const key of [secret, other])
    expect(await verify(await sign(good, key), {}, [other, secret])).toHaveProperty('claims');
  expect(whyOf(await verify(await sign({ ...good, exp: 1 }, secret), {}, [other, secret]))).toBe(
    'the token has expired',
  );
});

test('of several keys without an id that tells them apart, so many are tried and no more', async () => {
  const pairs = await Promise.all(
    Array.from({ length: jwtKeysTriedMax + 1 }, () => generateKeyPair('ES256', { extractable: true })),
  );
  const set = createLocalJWKSet({
    keys: await Promise.all(pairs.map(({ publicKey }) => exportJWK(publicKey))),
  });
  const by = async (index: number) =>
    verify(
      await new SignJWT(good)
        .setProtectedHeader({ alg: 'ES256' })
        .sign((pairs[index] as (typeof pairs)[0]).privateKey),
      { algorithms: ['ES256'] },
      [set],
    );
  expect(await by(jwtKeysTriedMax - 1)).toHaveProperty('claims');
  expect(whyOf(await by(jwtKeysTriedMax))).toMatch(/signature .* is not right/);
});

test('a key id that is not in the list is told from a wrong signature, so that the list can be asked for again', async () => {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true });
  const set = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one' }] });
  const token = await new SignJWT(good).setProtectedHeader({ alg: 'ES256', kid: 'two' }).sign(privateKey);
  expect(await verify(token, { algorithms: ['ES256'] }, [set])).toMatchObject({ unknownKey: true });
});
