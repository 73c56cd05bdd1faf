import { expect, test } from 'vitest';
import { newVisitorKey, readVisitor, visitorCookie } from './visitor-cookie.ts';

const key = '0123456789abcdef'.repeat(2);

test.each([
  [`v=${key}.1a2b3c4d`, { key, pin: '1a2b3c4d' }],
  [`a=1; v=${key}.1a2b3c4d; b=2`, { key, pin: '1a2b3c4d' }],
  [`a=1;v=${key}.1a2b3c4d`, { key, pin: '1a2b3c4d' }],
  [` v = ${key}.1a2b3c4d `, { key, pin: '1a2b3c4d' }],
  ['v=first; v=second', { key: 'first', pin: null }],
  [`v=${key}`, { key, pin: null }],
  [`v=${key}.1A2B3C4D`, { key: `${key}.1A2B3C4D`, pin: null }],
  ['v=session=1==', { key: 'session=1==', pin: null }],
  ['v=', undefined],
  ['v', undefined],
  ['vv=1; xv=2', undefined],
  ['v; a=1', undefined],
  ['', undefined],
  [null, undefined],
])('of the header %j the visitor is %j', (header, visitor) => {
  expect(readVisitor(header, 'v')).toEqual(visitor);
});

test('a cookie is read back as it was set, is kept for a year and no script sees it', () => {
  const fresh = newVisitorKey();
  const [pair, ...attributes] = visitorCookie('v', fresh, '1a2b3c4d', true).split('; ');
  expect(readVisitor(String(pair), 'v')).toEqual({ key: fresh, pin: '1a2b3c4d' });
  expect(attributes).toEqual(['Path=/', 'Max-Age=31536000', 'HttpOnly', 'SameSite=Lax', 'Secure']);
  expect(visitorCookie('v', fresh, '1a2b3c4d', false)).not.toContain('Secure');
  expect(newVisitorKey()).not.toBe(fresh);
});
