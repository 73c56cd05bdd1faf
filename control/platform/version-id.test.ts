import { expect, test } from 'vitest';
import type { VersionSettings } from '../model/function.ts';
import type { BundleHash } from '../model/ids.ts';
import { versionId } from './version-id.ts';

const bundle = 'ab'.repeat(32) as BundleHash;
const settings: VersionSettings = {
  compatibilityDate: '2026-11-01',
  compatibilityFlags: ['b_flag', 'a_flag'],
  memory: 128,
  concurrency: 100,
  waitUntilTimeout: 30,
  egress: 'public',
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
  ['the compatibility date', { ...settings, compatibilityDate: '2026-11-02' }],
])('another %s makes another version', (_what, other) => {
  expect(versionId(bundle, other)).not.toBe(versionId(bundle, settings));
});
