import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import type { VersionRecord } from '../model/function.ts';
import type { BundleHash, VersionId } from '../model/ids.ts';
import { noAnnotations } from '../model/version.ts';
import type { Store } from '../store/store.ts';
import { openSigningKey } from './open-signing-key.ts';
import { SigningKey } from './signing-key.ts';
import { signatureFault } from './version-signature.ts';

const record = functionRecord();

const version = (digits: string): VersionRecord => ({
  id: digits.padEnd(64, '0') as VersionId,
  functionId: record.id,
  bundle: 'b'.repeat(64) as BundleHash,
  settings: {
    ...{ compatibilityDate: '2026-11-01', compatibilityFlags: [], memory: 128, concurrency: 100 },
    ...{ waitUntilTimeout: 30, egress: 'public', env: [], bindings: [], assets: null },
  },
  convention: 'fetch',
  buildLogs: [],
  annotations: noAnnotations,
  signature: null,
  audit: null,
  createdAt: '2026-11-21T00:00:00.000Z',
});

async function useInstallation(...versions: VersionRecord[]) {
  const store = await useStore();
  await store.functions.insert(record);
  for (const one of versions) await store.versions.put(one);
  const directory = useTmpDir();
  const path = join(directory, 'key.pem');
  const publicPath = join(directory, 'key.pub.pem');
  const told: unknown[] = [];
  const open = (): Promise<SigningKey> =>
    openSigningKey({
      store,
      path,
      publicPath,
      log: (message, details) => void told.push([message, details]),
    });
  return { store, path, publicPath, open, told };
}

const faultOf = async (store: Store, key: SigningKey, digits: string) => {
  const stored = await store.versions.get(record.id, version(digits).id);
  return stored && signatureFault(key, stored);
};

test('the first start makes a key for the owner only, and a public one', async () => {
  const { open, path, publicPath, told } = await useInstallation();
  const key = await open();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readFileSync(publicPath, 'utf8')).toBe(key.publicKey);
  expect(existsSync(`${path}.next`)).toBe(false);
  expect(told).toEqual([]);
});

test('the next start has the same key', async () => {
  const { open } = await useInstallation();
  expect((await open()).id).toBe((await open()).id);
});

test('versions of before are signed once, and told of', async () => {
  const digits = Array.from({ length: 450 }, (_, index) => `${index}a`);
  const { store, open, told } = await useInstallation(...digits.map(version));
  const key = await open();
  for (const one of ['0a', '200a', '449a']) expect(await faultOf(store, key, one)).toBeUndefined();
  expect(told).toEqual([
    ['versions of before there were signatures were signed', { signed: 450, refused: 0, key: key.id }],
  ]);
});

test('a version that comes to be without a signature later is not signed by a start', async () => {
  const { store, open } = await useInstallation(version('a1'));
  await open();
  await store.versions.put(version('b1'));
  expect(await faultOf(store, await open(), 'b1')).toBe('has no signature');
});

test('a start that was killed between key and signatures is made up for by the next', async () => {
  const { store, open, path } = await useInstallation(version('a1'));
  const left = SigningKey.generate();
  writeFileSync(`${path}.next`, left.toPem());
  const key = await open();
  expect(key.id).toBe(left.id);
  expect(await faultOf(store, key, 'a1')).toBeUndefined();
});

test('another key takes its place when it is put beside it, and signs what the one before vouches for', async () => {
  const { store, open, path, told } = await useInstallation(version('a1'), version('b1'));
  await open();
  await store.versions.setSignature(record.id, version('b1').id, 'nonsense');
  const next = SigningKey.generate();
  writeFileSync(`${path}.next`, next.toPem());
  const key = await open();
  expect(key.id).toBe(next.id);
  expect(await faultOf(store, key, 'a1')).toBeUndefined();
  expect(await faultOf(store, key, 'b1')).toMatch(/^is not what was signed/);
  expect(told.at(-1)).toEqual(['the signing key was changed', { signed: 1, refused: 1, key: next.id }]);
});

test('a key that is gone though versions are signed stops the start, and says what to do', async () => {
  const { open, path } = await useInstallation(version('a1'));
  await open();
  rmSync(path);
  await expect(open()).rejects.toMatchObject({
    code: 'SYS_002',
    message: expect.stringMatching(/is missing, though .* put it back from a backup. Or .*openssl genpkey/),
  });
  expect(existsSync(`${path}.next`)).toBe(false);
});

test('a file that holds no key stops the start', async () => {
  const { open, path } = await useInstallation();
  writeFileSync(path, 'secret words');
  const error = await open().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'SYS_002', message: expect.stringContaining('must hold an Ed25519') });
  expect(String(error)).not.toContain('secret words');
});

test('a key that others may read is closed to them', async () => {
  const { open, path } = await useInstallation();
  writeFileSync(path, SigningKey.generate().toPem(), { mode: 0o644 });
  await open();
  expect(statSync(path).mode & 0o777).toBe(0o600);
});
