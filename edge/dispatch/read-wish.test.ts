import { expect, test } from 'vitest';
import { anEntry, V1, V2 } from '../../test/support/an-entry.ts';
import { STRANGER } from '../auth/authorize.ts';
import { readWish, type Wish } from './read-wish.ts';

const deployer = { credentials: ['authorization'], key: 'digest', choosesVersion: true } as const;
const invoker = { ...deployer, choosesVersion: false };
const V3 = '3c'.repeat(32);
const entry = anEntry({ previews: [V2, V1], aliases: { staging: V2, 'old-one': V3 } });
const uuid = (version: string): string =>
  version.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');

const asked = (headers: Record<string, string>, by = deployer): Wish | undefined =>
  readWish(new Headers(headers), entry, by);

test.each([
  [V2, V2],
  [V2.toUpperCase(), V2],
  [V2.slice(0, 8), V2],
  [uuid(V2), V2],
  ['staging', V2],
  ['old-one', V3],
  [V3.slice(0, 12), V3],
  // One that the table does not name may still be known to control.
  ['4d'.repeat(32), '4d'.repeat(32)],
])('asked for as %s, the version is found', (wanted, version) => {
  expect(asked({ 'x-selvedge-version': wanted })).toEqual({ version });
});

test.each([V2.slice(0, 7), '99999999', 'nobody', 'constructor', '', `${V2}0`])(
  'a wish for "%s" is refused with what could be asked for',
  (wanted) => {
    expect(() => asked({ 'x-selvedge-version': wanted })).toThrow(
      /no version or alias .* an alias, or "show"/,
    );
  },
);

test('overrides count for the function that they name', () => {
  const overrides = (value: string) => asked({ 'cloudflare-workers-version-overrides': value });
  expect(overrides(`hello="${uuid(V2)}"`)).toEqual({ version: V2 });
  expect(overrides(`other="${uuid(V1)}", hello = "${V2.slice(0, 8)}"`)).toEqual({ version: V2 });
  expect(overrides(`other="${uuid(V1)}"`)).toBeUndefined();
  for (const wrong of ['hello', `hello=${V2}`, `hello="${V2}`, `hello="${V2}";`, ''])
    expect(() => overrides(wrong), wrong).toThrow(/it must be names with versions/);
});

test('our own header is heard before the other, and "show" wishes for nothing', () => {
  const overrides = { 'cloudflare-workers-version-overrides': `hello="${V2}"` };
  expect(asked({ 'x-selvedge-version': V1, ...overrides })).toEqual({ version: V1 });
  expect(asked({ 'x-selvedge-version': 'show', ...overrides })).toEqual({ version: V2 });
  expect(asked({ 'x-selvedge-version': 'show' })).toEqual({ version: null });
  expect(asked({})).toBeUndefined();
});

test('whoever may not choose is heard with "show" alone, and a stranger is not heard at all', () => {
  const all = { 'x-selvedge-version': V2, 'cloudflare-workers-version-overrides': 'nonsense' };
  expect(asked(all, invoker as never)).toBeUndefined();
  expect(asked({ ...all, 'x-selvedge-version': 'show' }, invoker as never)).toEqual({ version: null });
  expect(asked({ ...all, 'x-selvedge-version': 'show' }, STRANGER as never)).toBeUndefined();
});
