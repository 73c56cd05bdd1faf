import { expect, test } from 'vitest';
import type { VersionSettings } from '../model/function.ts';
import type { BundleHash } from '../model/ids.ts';
import { noAnnotations } from '../model/version.ts';
import { versionId as idOf } from './version-id.ts';

const versionId = (hash: BundleHash, of: VersionSettings, annotations = noAnnotations) =>
  idOf(hash, of, annotations, (_, value) => value);

const bundle = 'ab'.repeat(32) as BundleHash;
const settings: VersionSettings = {
  compatibilityDate: '2026-11-01',
  compatibilityFlags: ['b_flag', 'a_flag'],
  memory: 128,
  concurrency: 100,
  waitUntilTimeout: 30,
  egress: 'public',
  bindings: [],
  assets: null,
  env: [
    { key: 'A', value: '1', secret: false },
    { key: 'B', value: '2', secret: true },
  ],
};

test('the order of variables and flags does not matter', () => {
  const reordered = {
    ...settings,
    compatibilityFlags: ['a_flag', 'b_flag'],
    env: [...settings.env].reverse(),
  };
  expect(versionId(bundle, reordered)).toBe(versionId(bundle, settings));
});

test.each<[string, VersionSettings]>([
  ['memory', { ...settings, memory: 129 }],
  ['a value', { ...settings, env: [{ key: 'A', value: '2', secret: false }] }],
  ['a flag', { ...settings, compatibilityFlags: [] }],
  ['a binding', { ...settings, bindings: [{ type: 'assets', name: 'ASSETS' }] }],
  ['a file', { ...settings, assets: { manifest: 'ab'.repeat(32), config: {} } }],
  ['the compatibility date', { ...settings, compatibilityDate: '2026-11-02' }],
])('another %s makes another version', (_what, other) => {
  expect(versionId(bundle, other)).not.toBe(versionId(bundle, settings));
});

test('the same source with another message or tag is another version', () => {
  const plain = versionId(bundle, settings);
  const told = versionId(bundle, settings, { ...noAnnotations, message: 'second try' });
  const tagged = versionId(bundle, settings, { ...noAnnotations, tag: 'v2' });
  expect(new Set([plain, told, tagged]).size).toBe(3);
  expect(versionId(bundle, settings, { ...noAnnotations, author: 'somebody' })).toBe(plain);
});

test('ids are what they were before bindings, files and messages', () => {
  expect(versionId(bundle, settings)).toBe(
    'b4e41e988b856f45dca9c306b0c92e654f018137aa3708e91aba2b24f0e111ab',
  );
});

test('a secret is in it by its mark alone, a plain variable by its value', () => {
  const marked = (mark: string) => idOf(bundle, settings, noAnnotations, () => mark);
  expect(marked('one')).toBe(marked('one'));
  expect(marked('one')).not.toBe(marked('two'));
  const secretChanged = settings.env.map((variable) =>
    variable.secret ? { ...variable, value: 'sealed anew' } : variable,
  );
  expect(idOf(bundle, { ...settings, env: secretChanged }, noAnnotations, () => 'one')).toBe(marked('one'));
});
