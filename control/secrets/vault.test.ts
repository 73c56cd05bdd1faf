import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { useStore } from '../../test/support/use-store.ts';
import { useTmpDir } from '../../test/support/use-tmp-dir.ts';
import type { Store } from '../store/store.ts';
import type { KeySource } from './key-source.ts';
import { masterKeyText, newMasterKey } from './master-key.ts';
import { openVault } from './open-vault.ts';
import { rotateMasterKey } from './rotate-master-key.ts';
import { PLATFORM, type Vault } from './vault.ts';

const given = (key = newMasterKey()): KeySource => ({ kind: 'environment', key: masterKeyText(key) });
const ownFile = (): KeySource & { kind: 'file' } => ({
  kind: 'file',
  path: join(useTmpDir(), 'master.key'),
  ours: true,
});
const open = (store: Store, source: KeySource, previous?: string) => openVault({ store, source, previous });
const alongside = async (): Promise<void> => undefined;

async function useSealed(store: Store, source: KeySource): Promise<{ vault: Vault; sealed: string }> {
  const { vault } = await open(store, source);
  await vault.prepare('shop');
  return { vault, sealed: vault.seal('shop', 'A', 'the value') };
}

test('what one control sealed, the next one opens, and marks as the one before did', async () => {
  const store = await useStore();
  const source = given();
  const { vault, sealed } = await useSealed(store, source);
  const next = (await open(store, source)).vault;
  expect(next.open('shop', 'A', sealed)).toBe('the value');
  expect(next.mark('shop', 'A', sealed)).toBe(vault.mark('shop', 'A', vault.seal('shop', 'A', 'the value')));
  expect(next.platformMark('x', 'y')).toBe(vault.platformMark('x', 'y'));
});

test('a row that was moved to another project or name is refused with what to do', async () => {
  const { vault, sealed } = await useSealed(await useStore(), given());
  await vault.prepare('other');
  for (const [project, name] of [
    ['other', 'A'],
    ['shop', 'B'],
  ] as const) {
    expect(() => vault.open(project, name, sealed)).toThrow(
      expect.objectContaining({
        code: 'SYS_001',
        message: expect.stringMatching(`secret "${name}" in project "${project}".*Set the secret again`),
      }),
    );
  }
});

test('a project that was not prepared is a bug, and two who prepare it at once make one key', async () => {
  const store = await useStore();
  const { vault } = await open(store, given());
  expect(() => vault.seal('new', 'A', 'x')).toThrow('prepare it first');
  await Promise.all([vault.prepare('new'), vault.prepare('new')]);
  expect((await store.dataKeys.all()).map(({ project }) => project)).toEqual([PLATFORM, 'new']);
});

test('what is sealed briefly needs no project, and no other process opens it', async () => {
  const store = await useStore();
  const source = given();
  const { vault } = await open(store, source);
  const sealed = vault.sealBriefly('A', 'x');
  expect(vault.open('nowhere', 'A', sealed)).toBe('x');
  const next = (await open(store, source)).vault;
  expect(() => next.open('nowhere', 'A', sealed)).toThrow("can't be opened");
});

test('without a key one is made in the data directory, for its owner alone, and is used again', async () => {
  const store = await useStore();
  const source = ownFile();
  const first = await open(store, source);
  expect(first.madeIn).toBe(source.path);
  expect(statSync(source.path).mode & 0o777).toBe(0o600);
  const second = await open(store, source);
  expect(second.madeIn).toBeUndefined();
  expect(second.vault.masterKeyId).toBe(first.vault.masterKeyId);
});

test('another key stops the start, naming both and what to do; so does a lost file', async () => {
  const store = await useStore();
  const right = newMasterKey();
  await open(store, given(right));
  const wrong = newMasterKey();
  await expect(open(store, given(wrong))).rejects.toMatchObject({
    code: 'SYS_001',
    message: expect.stringMatching(
      `SELVEDGE_MASTER_KEY is ${wrong.id}, and .* sealed with ${right.id}: .*SELVEDGE_MASTER_KEY_PREVIOUS`,
    ),
  });
  const source = ownFile();
  await expect(open(store, source)).rejects.toThrow(
    `sealed with its key (${right.id}): put it back from a backup`,
  );
  expect(existsSync(source.path)).toBe(false);
});

test.each([
  ['no key', 'not a key', 0o600, 'must be 32 bytes in base64'],
  ['open to others', masterKeyText(newMasterKey()), 0o644, 'chmod it to 600'],
])('a file that is %s stops the start', async (_, content, mode, words) => {
  const source = ownFile();
  writeFileSync(source.path, content, { mode });
  const opening = open(await useStore(), source);
  await expect(opening).rejects.toThrow(words);
  await expect(opening).rejects.not.toThrow(content);
});

test('the key of before, given beside the new one, wraps all data keys again', async () => {
  const store = await useStore();
  const [before, after] = [newMasterKey(), newMasterKey()];
  const { sealed } = await useSealed(store, given(before));
  const { vault, rewrapped } = await open(store, given(after), masterKeyText(before));
  expect(rewrapped).toBe(true);
  expect(vault.open('shop', 'A', sealed)).toBe('the value');
  const again = await open(store, given(after), masterKeyText(before));
  expect(again.rewrapped).toBe(false);
  expect(again.vault.open('shop', 'A', sealed)).toBe('the value');
  await expect(open(store, given(before))).rejects.toThrow(`sealed with ${after.id}`);
});

test('a rotation of the file replaces it, and what was sealed before is opened after', async () => {
  const store = await useStore();
  const source = ownFile();
  const { vault, sealed } = await useSealed(store, source);
  const before = readFileSync(source.path, 'utf8');
  const told = vi.fn(alongside);
  const rotation = await rotateMasterKey({ vault, source, alongside: told });
  expect(rotation).toMatchObject({ source: 'file', dataKeys: 2, to: vault.masterKeyId });
  expect(told).toHaveBeenCalledWith(expect.anything(), rotation);
  expect(readFileSync(source.path, 'utf8')).not.toBe(before);
  expect(statSync(source.path).mode & 0o777).toBe(0o600);
  const next = (await open(store, source)).vault;
  expect(next.open('shop', 'A', sealed)).toBe('the value');
  expect(next.mark('shop', 'A', sealed)).toBe(vault.mark('shop', 'A', sealed));
});

test('rotations at once follow each other, and a project that is made meanwhile has the newest key', async () => {
  const store = await useStore();
  const source = ownFile();
  const { vault } = await useSealed(store, source);
  await Promise.all([
    rotateMasterKey({ vault, source, alongside }),
    vault.prepare('between'),
    rotateMasterKey({ vault, source, alongside }),
    vault.prepare('after'),
  ]);
  const keys = await store.dataKeys.all();
  expect(keys).toHaveLength(4);
  expect(new Set(keys.map(({ masterKey }) => masterKey))).toEqual(new Set([vault.masterKeyId]));
  expect((await open(store, source)).vault.masterKeyId).toBe(vault.masterKeyId);
});

test('a rotation whose last step failed is finished by the next one, and by the next start', async () => {
  const store = await useStore();
  const source = ownFile();
  const { vault, sealed } = await useSealed(store, source);
  const { writeKeyFile } = await import('./key-source.ts');
  const failing = { writeKeyFile, switchKeyFile: () => Promise.reject(new Error('no')) };
  await expect(rotateMasterKey({ vault, source, alongside, steps: failing })).rejects.toThrow('no');
  await rotateMasterKey({ vault, source, alongside });
  await expect(rotateMasterKey({ vault, source, alongside, steps: failing })).rejects.toThrow('no');
  const next = (await open(store, source)).vault;
  expect(next.masterKeyId).toBe(vault.masterKeyId);
  expect(next.open('shop', 'A', sealed)).toBe('the value');
});

test('a key of the environment is not ours to rotate, and a file that was replaced is not either', async () => {
  const store = await useStore();
  const source = ownFile();
  const { vault } = await open(store, source);
  await expect(rotateMasterKey({ vault, source: given(), alongside })).rejects.toMatchObject({
    code: 'FN_006',
    details: { status: 409 },
    message: expect.stringContaining('SELVEDGE_MASTER_KEY_PREVIOUS'),
  });
  writeFileSync(source.path, masterKeyText(newMasterKey()));
  await expect(rotateMasterKey({ vault, source, alongside })).rejects.toThrow(
    'somebody has replaced the file',
  );
});

test('a rotation whose entry cannot be stored has not happened', async () => {
  const store = await useStore();
  const source = ownFile();
  const { vault, sealed } = await useSealed(store, source);
  const id = vault.masterKeyId;
  const fails = () => Promise.reject(new Error('full'));
  await expect(rotateMasterKey({ vault, source, alongside: fails })).rejects.toThrow('full');
  expect(vault.masterKeyId).toBe(id);
  const next = (await open(store, source)).vault;
  expect(next.masterKeyId).toBe(id);
  expect(next.open('shop', 'A', sealed)).toBe('the value');
  expect(existsSync(`${source.path}.next`)).toBe(false);
});
