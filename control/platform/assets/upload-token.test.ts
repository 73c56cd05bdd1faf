import { randomBytes } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { expect, test } from 'vitest';
import { AppError } from '../../model/errors.ts';
import { assetSessionSeconds } from '../../model/limits.ts';
import { signUpload, verifyUpload } from './upload-token.ts';

const key = randomBytes(32).toString('base64url');
const otherKey = randomBytes(32).toString('base64url');
const keyOf = async (project: string) => ({ shop: key, other: otherKey })[project];
const right = { project: 'shop', function: 'site', manifest: 'ab'.repeat(32) };
const now = new Date('2026-11-27T12:00:00Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);

test('a token says what it was made for', async () => {
  expect(await verifyUpload(await signUpload(right, key, now), keyOf, later(10))).toEqual(right);
});

test('it is good for its time, and not a second longer', async () => {
  const token = await signUpload(right, key, now);
  await verifyUpload(token, keyOf, later(assetSessionSeconds - 1));
  await expect(verifyUpload(token, keyOf, later(assetSessionSeconds + 1))).rejects.toThrow('has expired');
});

const claims = { ...right };
const forge = (of: object, withKey: string, alg = 'HS256') =>
  new SignJWT({ ...of })
    .setProtectedHeader({ alg })
    .setAudience('selvedge assets')
    .setIssuedAt(now)
    .setExpirationTime(later(100))
    .sign(Buffer.from(withKey, 'base64url'));

test.each([
  ['signed with the key of another project', () => forge(claims, otherKey)],
  ['of another project, signed with ours', () => forge({ ...claims, project: 'other' }, key)],
  ['of a project without files', () => forge({ ...claims, project: 'none' }, key)],
  ['with another algorithm', () => forge(claims, randomBytes(64).toString('base64url'), 'HS512')],
  [
    'without a signature',
    async () => new UnsecuredJWT({ ...claims }).setAudience('selvedge assets').encode(),
  ],
  [
    'without an end',
    () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience('selvedge assets')
        .sign(Buffer.from(key, 'base64url')),
  ],
  [
    'for something else',
    () =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience('x')
        .setExpirationTime(later(9))
        .sign(Buffer.from(key, 'base64url')),
  ],
  ['with a manifest that is a path', () => forge({ ...claims, manifest: '../../state.db' }, key)],
  [
    'that was changed',
    async () => {
      const [header, , signature] = (await signUpload(right, key, now)).split('.');
      const body = Buffer.from(
        JSON.stringify({ ...claims, function: 'x', exp: 9e9, aud: 'selvedge assets' }),
      );
      return [header, body.toString('base64url'), signature].join('.');
    },
  ],
  ['that is none', async () => 'x.y.z'],
  ['that is empty', async () => ''],
])('refuses a token %s', async (_, make) => {
  const refused = await verifyUpload(await make(), keyOf, now).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(AppError);
  expect(refused).toMatchObject({ code: 'FN_009', details: { status: 401 } });
});
