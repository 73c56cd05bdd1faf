import { createHash } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { OWNER_TOKEN, owner, useDrafts } from '../../test/support/use-drafts.ts';
import { actorOf } from '../model/access.ts';
import { Logins, loginCodeSeconds, loginCodesMax, loginDays, loginKeySeconds } from './logins.ts';

const verifier = 'v'.repeat(43);
const challenge = createHash('sha256').update(verifier).digest('base64url');
const asked = { clientId: 'wrangler', redirectUri: 'http://localhost:8976/oauth/callback', challenge };
const from = { requestId: 'r', address: null };
const answer = (code: string) => ({
  ...{ code, clientId: asked.clientId, redirectUri: asked.redirectUri, verifier },
});

afterEach(() => void vi.useRealTimers());

async function useLogins(ownerToken = OWNER_TOKEN) {
  vi.useFakeTimers({ now: new Date('2026-11-27T12:00:00Z'), toFake: ['Date'] });
  const { keys } = await useDrafts();
  const vault = {
    platformMark: (name: string, text: string) =>
      createHash('sha256').update(`key ${name} ${text}`).digest('hex'),
  };
  return {
    keys,
    logins: new Logins({ keys, vault, ownerToken }),
    withOwner: (token: string) => new Logins({ keys, vault, ownerToken: token }),
  };
}
const pass = (seconds: number): void => void vi.setSystemTime(Date.now() + seconds * 1000);

test('a code is good once, for who knows the verifier, and for a minute', async () => {
  const { logins, keys } = await useLogins();
  for (const wrong of [
    { verifier: 'w'.repeat(43) },
    { clientId: 'other' },
    { redirectUri: 'http://localhost:1/oauth/callback' },
  ]) {
    const code = logins.start(owner.actor, asked);
    await expect(logins.finish(from, { ...answer(code), ...wrong })).rejects.toMatchObject({
      code: 'FN_009',
    });
    // Whoever tried has used it up.
    await expect(logins.finish(from, answer(code))).rejects.toMatchObject({ code: 'FN_009' });
  }
  const late = logins.start(owner.actor, asked);
  pass(loginCodeSeconds);
  await expect(logins.finish(from, answer(late))).rejects.toMatchObject({ code: 'FN_009' });
  const code = logins.start(owner.actor, asked);
  const { accessToken } = await logins.finish(from, answer(code));
  expect(keys.identify(accessToken)?.actor.role).toBe('owner');
  await expect(logins.finish(from, answer(code))).rejects.toMatchObject({ code: 'FN_009' });
  pass(loginKeySeconds);
  expect(keys.identify(accessToken)?.expired).toBe(true);
});

test('a login may do what the key may that was shown, and not for longer', async () => {
  const { logins, keys } = await useLogins();
  const expires_at = new Date(Date.now() + 60_000).toISOString();
  const { key } = await keys.create(owner, { name: 'ci', role: 'deployer', projects: ['shop'], expires_at });
  const { accessToken } = await logins.finish(from, answer(logins.start(actorOf(key), asked)));
  expect(keys.identify(accessToken)?.actor).toMatchObject({
    role: 'deployer',
    projects: ['shop'],
    expiresAt: expires_at,
  });
});

test('a refresh token opens nothing itself, and gives a new key in place of the old', async () => {
  const { logins, keys } = await useLogins();
  const { accessToken, refreshToken } = await logins.finish(from, answer(logins.start(owner.actor, asked)));
  expect(keys.identify(refreshToken)).toBeUndefined();
  const next = await logins.refresh(from, refreshToken, asked.clientId);
  expect(keys.identify(accessToken)).toBeUndefined();
  expect(keys.identify(next.accessToken)?.expired).toBe(false);
  await expect(logins.refresh(from, refreshToken, 'other')).rejects.toMatchObject({ code: 'FN_009' });
  await expect(logins.refresh(from, `${refreshToken}0`, asked.clientId)).rejects.toMatchObject({
    code: 'FN_009',
  });
  pass(loginDays * 86_400);
  await expect(logins.refresh(from, refreshToken, asked.clientId)).rejects.toMatchObject({ code: 'FN_009' });
});

test('a login ends with its key, with the key that was shown, and with the owner’s token', async () => {
  const { logins, keys, withOwner } = await useLogins();
  const one = await logins.finish(from, answer(logins.start(owner.actor, asked)));
  await keys.revoke(owner, keys.identify(one.accessToken)?.actor.id ?? '');
  await expect(logins.refresh(from, one.refreshToken, asked.clientId)).rejects.toMatchObject({
    code: 'FN_009',
  });

  const { key } = await keys.create(owner, {
    name: 'ci',
    role: 'deployer',
    projects: null,
    expires_at: null,
  });
  const two = await logins.finish(from, answer(logins.start(actorOf(key), asked)));
  await keys.revoke(owner, key.id);
  await expect(logins.refresh(from, two.refreshToken, asked.clientId)).rejects.toMatchObject({
    code: 'FN_009',
  });

  const three = await logins.finish(from, answer(logins.start(owner.actor, asked)));
  const another = withOwner('another-token-of-the-owner');
  await expect(another.refresh(from, three.refreshToken, asked.clientId)).rejects.toMatchObject({
    code: 'FN_009',
  });

  await logins.end(from, three.refreshToken);
  expect(keys.identify(three.accessToken)).toBeUndefined();
  await logins.end(from, three.refreshToken);
  await logins.end(from, 'no token at all');
});

test('one code more than may wait is refused', async () => {
  const { logins } = await useLogins();
  for (let i = 0; i < loginCodesMax; i++) logins.start(owner.actor, asked);
  expect(() => logins.start(owner.actor, asked)).toThrow(`${loginCodesMax} logins wait`);
  pass(loginCodeSeconds);
  logins.start(owner.actor, asked);
});
