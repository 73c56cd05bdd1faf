import { expect, test, vi } from 'vitest';
import { SigningKey } from '../integrity/signing-key.ts';
import { AppError } from '../model/errors.ts';
import type { VersionRecord } from '../model/function.ts';
import type { BundleHash, FunctionId, VersionId } from '../model/ids.ts';
import { noAnnotations } from '../model/version.ts';
import { IntegrityGuard, refusedMax } from './integrity-guard.ts';

const owner = { id: 'fn_1' as FunctionId, name: 'cart', project: 'shop' };
const version = (digit = 'a'): VersionRecord => ({
  id: digit.padStart(64, '0') as VersionId,
  functionId: owner.id,
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

function useGuard() {
  const get = vi.fn(async () => Buffer.from('{}') as Uint8Array);
  const add = vi.fn(async () => undefined);
  const error = vi.fn();
  const store = { audit: { add } } as never;
  const guard = new IntegrityGuard({ key: SigningKey.generate(), bundles: { get }, store, log: { error } });
  return { guard, get, add, error };
}

test('lets what it has signed start, with the bytes of its bundle', async () => {
  const { guard } = useGuard();
  expect(String(await guard.check(owner, guard.sign(version())))).toBe('{}');
  expect(guard.problems()).toEqual([]);
});

test('refuses what it has not signed, tells it once, and names no path', async () => {
  const { guard, add, error, get } = useGuard();
  for (const _try of [1, 2]) {
    await expect(guard.check(owner, version())).rejects.toMatchObject({
      code: 'SYS_004',
      message:
        'Version 00000000 of "cart" in project "shop" has no signature, so it is not started. Restore it from a backup of the data directory, or deploy the function from its source again.',
    });
  }
  expect(get).not.toHaveBeenCalled();
  expect(add).toHaveBeenCalledTimes(1);
  expect(add).toHaveBeenCalledWith(
    expect.objectContaining({
      action: 'version.refuse',
      project: 'shop',
      function: { id: 'fn_1', name: 'cart' },
      changes: { version: { new: version().id }, reason: { new: 'has no signature' } },
    }),
  );
  expect(error).toHaveBeenCalledTimes(1);
  expect(guard.problems()).toEqual([expect.stringContaining('has no signature')]);
});

test('refuses a bundle that was changed, and forgets it once it is whole again', async () => {
  const { guard, get } = useGuard();
  const signed = guard.sign(version());
  get.mockRejectedValueOnce(new AppError('SYS_004', 'The bundle /data/x.json is damaged'));
  const refusal = await guard.check(owner, signed).catch((reason: unknown) => reason);
  expect(refusal).toMatchObject({ code: 'SYS_004', message: expect.not.stringContaining('/data') });
  expect(guard.refused).toBe(1);
  await guard.check(owner, signed);
  expect(guard.problems()).toEqual([]);
});

test('a disk that fails is told as that, and is no change of a bundle', async () => {
  const { guard, get, add } = useGuard();
  get.mockRejectedValueOnce(new AppError('SYS_002', 'no room'));
  await expect(guard.check(owner, guard.sign(version()))).rejects.toMatchObject({ code: 'SYS_002' });
  expect(add).not.toHaveBeenCalled();
  expect(guard.refused).toBe(0);
});

test('remembers as many as it may, and not one more', async () => {
  const { guard } = useGuard();
  for (let at = 0; at <= refusedMax; at += 1)
    await guard.check(owner, version(`${at}a`)).catch(() => undefined);
  expect(guard.refused).toBe(refusedMax);
});

test('forgets the versions of a function that is gone', async () => {
  const { guard } = useGuard();
  await guard.check(owner, version()).catch(() => undefined);
  await guard.check({ ...owner, id: 'fn_12' as FunctionId }, version()).catch(() => undefined);
  guard.forget('fn_1');
  expect(guard.refused).toBe(1);
});
