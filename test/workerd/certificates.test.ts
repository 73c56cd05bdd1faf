// The certificates that the platform keeps, over a real store and vault, with a TLS door that counts how often it was
// told. Certificates are openssl's, so that it is not among the unit tests.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { Caller } from '../../control/model/access.ts';
import type { CertificateRecord } from '../../control/model/certificate.ts';
import { certificatesMax } from '../../control/model/limits.ts';
import { renewalAt } from '../../control/plan/plan-renewal.ts';
import type { AcmeOrders } from '../../control/platform/certificates/acme-orders.ts';
import { CertificateFiles } from '../../control/platform/certificates/certificate-files.ts';
import { CertificateVault } from '../../control/platform/certificates/certificate-vault.ts';
import { Certificates, type CertificatesOptions } from '../../control/platform/certificates/certificates.ts';
import { masterKeyText, newMasterKey } from '../../control/secrets/master-key.ts';
import { openVault } from '../../control/secrets/open-vault.ts';
import { makeCertificate } from '../support/make-certificate.ts';
import { useStore } from '../support/use-store.ts';
import { useTmpDir } from '../support/use-tmp-dir.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const owner = (projects: readonly string[] | null = null): Caller => ({
  actor: { id: 'owner', name: 'me', role: 'owner', projects, expiresAt: null },
  ...{ requestId: 'r', address: null },
});
const pair = makeCertificate({ names: ['shop.test'] });

async function useCertificates(options: Partial<CertificatesOptions> = {}) {
  const store = await useStore();
  const dir = useTmpDir();
  const source = { kind: 'environment', key: masterKeyText(newMasterKey()) } as const;
  const { vault } = await openVault({ store, source, previous: undefined });
  const status = { port: 1, connections: 0, certificates: [], problems: [] };
  const door = { refresh: vi.fn(async () => status), reload: vi.fn(async () => status) };
  const orders = { current: undefined, look: vi.fn() };
  const files = new CertificateFiles(dir);
  const certificates = new Certificates({
    ...{ store, files, log: silent, vault: new CertificateVault(vault), door: () => door },
    orders: orders as unknown as AcmeOrders,
    ...options,
  });
  return { certificates, store, dir, door, orders };
}

test('a pair that is given is sealed in the store, handed to the door as files of ours alone, and told', async () => {
  const { certificates, store, dir, door } = await useCertificates();
  const view = await certificates.add(owner(), pair);
  expect(view).toMatchObject({ name: 'shop.test', source: 'upload', domains: ['shop.test'], order: null });
  expect(readFileSync(join(dir, 'shop.test.key'), 'utf8')).toBe(pair.key);
  expect(statSync(join(dir, 'shop.test.key')).mode & 0o777).toBe(0o600);
  expect(door.reload).toHaveBeenCalledTimes(1);
  const [record] = await store.certificates.all();
  expect(record?.pair?.sealedKey).not.toContain(pair.key.split('\n')[1]);
  const { items } = await store.audit.list({ limit: 10 } as never);
  expect(items.map(({ action }) => action)).toEqual(['certificate.add']);
});

test('the folder is filled at a start with what is stored, and with nothing else', async () => {
  const { certificates, dir } = await useCertificates();
  await certificates.add(owner(), pair);
  const files = new CertificateFiles(dir);
  files.remove('shop.test');
  files.write('leftover.test', 'x', 'y');
  await certificates.fillFolder();
  expect(readdirSync(dir).toSorted()).toEqual(['shop.test.crt', 'shop.test.key']);
  expect(readFileSync(join(dir, 'shop.test.key'), 'utf8')).toBe(pair.key);
});

test('what is deleted is in no folder any more', async () => {
  const { certificates, dir, door } = await useCertificates();
  await certificates.add(owner(), pair);
  await certificates.remove(owner(), 'shop.test');
  expect(readdirSync(dir)).toEqual([]);
  expect(door.reload).toHaveBeenCalledTimes(2);
  await expect(certificates.remove(owner(), 'shop.test')).rejects.toThrow(
    /There is no certificate "shop.test"/,
  );
});

test('hosts are ordered at once, and a renewed pair takes the place of the one before', async () => {
  const { certificates, store, dir, orders } = await useCertificates();
  await certificates.add(owner(), { domains: ['shop.test'], acme: true });
  expect(orders.look).toHaveBeenCalledTimes(1);
  const waiting = (await store.certificates.get('shop.test')) as CertificateRecord;
  expect(waiting).toMatchObject({ pair: null, order: { failures: 0, nextAttemptAt: 0 } });
  expect(await certificates.settle(waiting, pair.certificate, pair.key, renewalAt)).toBe(true);
  const first = await store.certificates.get('shop.test');
  const { notBefore = 0, notAfter = 0 } = first?.pair ?? {};
  expect(first?.order?.nextAttemptAt).toBe(renewalAt({ notBefore, notAfter }));
  const renewed = makeCertificate({ names: ['shop.test'], days: 60 });
  await certificates.settle(first as CertificateRecord, renewed.certificate, renewed.key, renewalAt);
  expect(readFileSync(join(dir, 'shop.test.crt'), 'utf8')).toBe(renewed.certificate);
});

test('an order that ends after its certificate was deleted, or ordered anew, changes nothing', async () => {
  const { certificates, store, dir } = await useCertificates();
  await certificates.add(owner(), { domains: ['shop.test'], acme: true });
  const ordered = (await store.certificates.get('shop.test')) as CertificateRecord;
  await certificates.remove(owner(), 'shop.test');
  expect(await certificates.settle(ordered, pair.certificate, pair.key, renewalAt)).toBe(false);
  await certificates.add(owner(), pair);
  expect(await certificates.settle(ordered, pair.certificate, pair.key, renewalAt)).toBe(false);
  expect(readdirSync(dir)).toHaveLength(2);
  expect((await store.certificates.get('shop.test'))?.source).toBe('upload');
});

test('as many certificates as may be are kept; one more is refused, another of the same name is not', async () => {
  const { certificates, store } = await useCertificates();
  const order = { failures: 0, lastError: null, nextAttemptAt: 0 };
  for (let at = 0; at < certificatesMax - 1; at += 1)
    await store.certificates.put({
      ...{ name: `h${at}.test`, source: 'acme', domains: [`h${at}.test`], pair: null, order },
      ...{ author: 'me', createdAt: '2026-11-21T10:00:00.000Z' },
    });
  await certificates.add(owner(), pair);
  await certificates.add(owner(), pair);
  const one = { domains: ['more.test'], acme: true as const };
  await expect(certificates.add(owner(), one)).rejects.toThrow(
    /There are 1000 certificates, which is the most/,
  );
});

test('nothing is taken where no TLS is served, nor of an owner of some projects', async () => {
  const none = await useCertificates({ door: () => undefined });
  await expect(none.certificates.add(owner(), pair)).rejects.toThrow(/No TLS is served.*set SELVEDGE_TLS/);
  const { certificates } = await useCertificates();
  await expect(certificates.add(owner(['shop']), pair)).rejects.toThrow(/for an owner of all projects/);
  await expect(certificates.list(owner(['shop']))).rejects.toThrow(/for an owner of all projects/);
  await expect(certificates.remove(owner(['shop']), 'x')).rejects.toThrow(/for an owner of all projects/);
});
