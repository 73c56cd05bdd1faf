import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { isSealed } from '../model/sealed.ts';
import { KEY_BYTES, openBytes, sealBytes, UnsealError } from './sealing.ts';

const key = randomBytes(KEY_BYTES);
const place = ['shop', 'API_KEY'];
const seal = (text: string): string => sealBytes(key, place, Buffer.from(text));

test.each(['', 'x', 'grüße ☕\n\0', 'x'.repeat(1_000_000)])(
  'what was sealed is opened as it was (%#)',
  (text) => {
    const sealed = seal(text);
    expect(isSealed(sealed)).toBe(true);
    expect(openBytes(key, place, sealed).toString()).toBe(text);
  },
);

test('the same text is sealed to another one each time', () => {
  expect(seal('a')).not.toBe(seal('a'));
});

test.each([
  ['another project', ['other', 'API_KEY']],
  ['another name', ['shop', 'OTHER']],
  ['parts that join to the same text', ['sho', 'pAPI_KEY']],
])('a text that was moved to %s is refused', (_, elsewhere) => {
  expect(() => openBytes(key, elsewhere, seal('a'))).toThrow(UnsealError);
});

test('another key opens nothing', () => {
  expect(() => openBytes(randomBytes(KEY_BYTES), place, seal('a'))).toThrow(UnsealError);
});

test('a change of any byte is refused', () => {
  const sealed = seal('ab');
  const bytes = Buffer.from(sealed.slice(3), 'base64url');
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => openBytes(key, place, `v1.${changed.toString('base64url')}`)).toThrow(UnsealError);
  }
});

test.each(['', 'v1.', 'v1.AAAA', 'v2.AAAA', 'plain text'])(
  'what is no sealed text is refused: "%s"',
  (text) => {
    expect(isSealed(text)).toBe(false);
    expect(() => openBytes(key, place, text)).toThrow(UnsealError);
  },
);
