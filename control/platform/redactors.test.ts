import { expect, test, vi } from 'vitest';
import { functionRecord } from '../../test/support/function-record.ts';
import { useStore } from '../../test/support/use-store.ts';
import type { VersionRecord } from '../model/function.ts';
import type { VersionId } from '../model/ids.ts';
import { newMasterKey } from '../secrets/master-key.ts';
import { Vault } from '../secrets/vault.ts';
import { Redactors } from './redactors.ts';

const version = 'ab'.repeat(32) as VersionId;

async function useRedactors() {
  const store = await useStore();
  const record = functionRecord();
  await store.functions.insert(record);
  const vault = await Vault.open(store, newMasterKey());
  await vault.prepare(record.project);
  const get = vi.spyOn(store.versions, 'get');
  get.mockImplementation(async (_, id) =>
    id === version
      ? ({
          settings: {
            env: [{ key: 'KEY', value: vault.seal(record.project, 'KEY', 'the-stored-value'), secret: true }],
          },
        } as unknown as VersionRecord)
      : undefined,
  );
  return { redactors: new Redactors({ store, vault }), id: record.id, get };
}

test('values of a version that runs from before are opened when they are needed, and once', async () => {
  const { redactors, id, get } = await useRedactors();
  expect(redactors.now(id, version, 'the-stored-value')).toMatch(/^\[not shown/);
  expect((await redactors.of(id, version)).text('<the-stored-value>')).toBe('<[secret KEY]>');
  await redactors.of(id, version);
  expect(get).toHaveBeenCalledTimes(1);
  expect(redactors.now(id, version, '<the-stored-value>')).toBe('<[secret KEY]>');
});

test('values that an instance was given earlier stay hidden when it is given others', async () => {
  const { redactors, id } = await useRedactors();
  redactors.learn(id, version, [{ name: 'KEY', value: 'the-first-value' }]);
  redactors.learn(id, version, [{ name: 'KEY', value: 'the-second-value' }]);
  expect(redactors.now(id, version, 'the-first-value the-second-value')).toBe('[secret KEY] [secret KEY]');
});

test('of a version that nobody knows any more nothing is shown', async () => {
  const { redactors, id } = await useRedactors();
  const redactor = await redactors.of(id, 'cd'.repeat(32) as VersionId);
  expect(redactor.text('anything')).toMatch(/^\[not shown/);
  expect(redactor.ranges(Buffer.from('anything\n'))).toEqual([{ start: 0, end: 8 }]);
});

test('a version without secrets changes no text', async () => {
  const { redactors, id } = await useRedactors();
  redactors.learn(id, version, []);
  expect(redactors.now(id, version, 'the-stored-value')).toBe('the-stored-value');
});
