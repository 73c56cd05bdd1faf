// Tokens that show a variant: what control signs, a front opens, and nothing else.

import { expect, test } from 'vitest';
import {
  openPreview,
  type Preview,
  previewTokenLengthMax,
  signPreview,
} from '../../contract/preview-token.ts';
import { whyNotPreview } from './forced-variants.ts';
import {
  cookieTokens,
  PreviewTokens,
  previewCookie,
  previewCookiesMax,
  previewsRememberedMax,
  takeQueryToken,
} from './preview-tokens.ts';

const key = btoa('a key');
const preview: Preview = { function: 'fn_1', experiment: 'buttons', variant: 'green', expiresAt: 1000 };

test('what was signed opens', async () => {
  expect(await openPreview(await signPreview(preview, key), key)).toEqual(preview);
});

test('what is signed by another, changed, cut, empty, or too long does not open', async () => {
  const token = await signPreview(preview, key);
  const [payload, signature] = token.split('.') as [string, string];
  const other = btoa(JSON.stringify({ ...preview, variant: 'blue' })).replaceAll('=', '');
  for (const forged of [
    await signPreview(preview, btoa('another key')),
    `${other}.${signature}`,
    `${payload}.${signature.slice(0, -1)}`,
    `${payload}.`,
    payload,
    `${token}.${signature}`,
    '',
    '.',
    'é.é',
    token + 'a'.repeat(previewTokenLengthMax),
  ])
    expect(await openPreview(forged, key)).toBeUndefined();
  expect(await openPreview(token, '')).toBeUndefined();
});

test.each([
  [preview, 'fn_1', 999, undefined],
  [preview, 'fn_1', 1000, 'it has expired'],
  [preview, 'fn_2', 0, 'it is for another function'],
  [undefined, 'fn_1', 0, 'it was not signed by this installation'],
])('%j at %s, %d: %s', (given, functionId, now, why) => {
  expect(whyNotPreview(given, functionId, now)).toBe(why);
});

test.each([
  ['http://a/x?selvedge-preview=t.s', 'http://a/x', 't.s'],
  ['http://a/x?b=1&selvedge-preview=t.s&c=2', 'http://a/x?b=1&c=2', 't.s'],
  ['http://a/?selvedge-preview=', 'http://a/', ''],
])('%s is asked for without its token', (url, rest, token) => {
  expect(takeQueryToken(url)).toEqual({ url: rest, token });
});

test.each(['http://a/x', 'http://a/selvedge-preview=1', 'http://a/?x-selvedge-preview=1'])(
  '%s has no token',
  (url) => {
    expect(takeQueryToken(url)).toBeUndefined();
  },
);

test('cookies of previews are read, as many as may be', () => {
  expect(cookieTokens('a=1; __selvedge_preview_buttons=t.s; b=2')).toEqual(['t.s']);
  expect(cookieTokens('x__selvedge_preview_buttons=t.s')).toEqual([]);
  expect(cookieTokens(null)).toEqual([]);
  const many = Array.from({ length: previewCookiesMax + 1 }, (_, n) => `__selvedge_preview_e${n}=t${n}`);
  expect(cookieTokens(many.join('; '))).toHaveLength(previewCookiesMax);
});

test('a cookie lasts as long as its token, and is for https alone where the request came by it', () => {
  expect(previewCookie(preview, 't.s', true, 400)).toBe(
    '__selvedge_preview_buttons=t.s; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure',
  );
  expect(previewCookie(preview, 't.s', false, 2000)).toContain('Max-Age=0; HttpOnly; SameSite=Lax');
});

test('a front remembers as many tokens as may be, then forgets them all, and opens each again', async () => {
  const tokens = new PreviewTokens();
  const signed = await Promise.all(
    Array.from({ length: previewsRememberedMax + 1 }, (_, n) =>
      signPreview({ ...preview, expiresAt: n }, key),
    ),
  );
  for (const token of signed) await tokens.open(token, key);
  expect([tokens.size, await tokens.open(String(signed[0]), key)]).toEqual([1, { ...preview, expiresAt: 0 }]);
  await tokens.open('forged.token', key);
  expect(tokens.size).toBe(2);
});
