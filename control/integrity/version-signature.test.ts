import { expect, test } from 'vitest';
import type { VersionSettings } from '../model/function.ts';
import type { BundleHash, VersionId } from '../model/ids.ts';
import { SigningKey } from './signing-key.ts';
import { type Signed, settingsHash, signatureFault, signVersion } from './version-signature.ts';

const settings: VersionSettings = {
  compatibilityDate: '2026-11-01',
  compatibilityFlags: [],
  memory: 128,
  concurrency: 100,
  waitUntilTimeout: 30,
  egress: 'public',
  env: [{ key: 'GREETING', value: 'hello', secret: false }],
  bindings: [],
  assets: null,
};
const key = SigningKey.generate();
const unsigned = { id: 'a'.repeat(64) as VersionId, bundle: 'b'.repeat(64) as BundleHash, settings };
const version: Signed = { ...unsigned, signature: signVersion(key, unsigned) };
const CHANGED = 'is not what was signed: its id, its bundle or its settings were changed';

test('a version that is what was signed is good', () => {
  expect(signatureFault(key, version)).toBeUndefined();
});

test('a version without a signature is not', () => {
  expect(signatureFault(key, { ...version, signature: null })).toBe('has no signature');
});

test.each<[string, Partial<Signed>]>([
  ['its id', { id: 'c'.repeat(64) as VersionId }],
  ['its bundle', { bundle: 'c'.repeat(64) as BundleHash }],
  ['a number of its settings', { settings: { ...settings, memory: 256 } }],
  ['where it may go', { settings: { ...settings, egress: ['evil.example.com'] } }],
  [
    'the value of a variable',
    { settings: { ...settings, env: [{ key: 'GREETING', value: 'bye', secret: false }] } },
  ],
  ['a binding', { settings: { ...settings, bindings: [{ type: 'version_metadata', name: 'META' }] } }],
])('a version with another value for %s is not', (_what, change) => {
  expect(signatureFault(key, { ...version, ...change })).toBe(CHANGED);
});

test.each([0, 5, 16, 17, 40, 101])('a signature with another character at %i is not', (at) => {
  const text = String(version.signature);
  const other = text[at] === 'a' ? 'b' : 'a';
  const signature = text.slice(0, at) + other + text.slice(at + 1);
  expect(signatureFault(key, { ...version, signature })).toMatch(
    /^(is not what was signed|was signed with another)/,
  );
});

test('the signature of another key is told as that', () => {
  expect(signatureFault(SigningKey.generate(), version)).toBe('was signed with another key');
});

test('neither the order of fields nor a setting that is null or empty changes the hash', () => {
  const { assets: _assets, bindings: _bindings, ...older } = settings;
  const turned = Object.fromEntries(Object.entries(older).toReversed());
  expect(settingsHash(turned)).toBe(settingsHash(settings));
  expect(settingsHash({ ...settings, later: [] })).toBe(settingsHash(settings));
  expect(settingsHash({ ...settings, later: [1] })).not.toBe(settingsHash(settings));
});

test('what is derived from a key is the same each time, and another for each purpose and key', () => {
  const again = SigningKey.parse(key.toPem()) as SigningKey;
  expect(again.derive('a')).toEqual(key.derive('a'));
  expect(again.derive('b')).not.toEqual(key.derive('a'));
  expect(SigningKey.generate().derive('a')).not.toEqual(key.derive('a'));
});

test('a text that is no Ed25519 key is none', () => {
  expect(SigningKey.parse('')).toBeUndefined();
  expect(SigningKey.parse(key.publicKey)).toBeUndefined();
});
