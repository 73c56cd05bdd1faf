// The orders over a store in memory: which is due, what becomes of a failure, and that there is one at a time.

import { expect, test, vi } from 'vitest';
import type { CertificateRecord, OrderState } from '../../model/certificate.ts';
import { acmeRetryMs } from '../../plan/plan-renewal.ts';
import type { StoredAccount } from '../../store/certificates.ts';
import { AcmeOrders, type AcmeOrdersOptions } from './acme-orders.ts';
import { CertificateVault } from './certificate-vault.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const vault = {
  seal: (_project: string, name: string, text: string) => `${name}|${text}`,
  open: (_project: string, name: string, sealed: string) => sealed.slice(name.length + 1),
};

function useOrders(names: readonly string[], options: Partial<AcmeOrdersOptions> = {}) {
  const records = new Map<string, CertificateRecord>(
    names.map((name, at) => [
      name,
      {
        ...{ name, source: 'acme', domains: [name], pair: null, author: 'me', createdAt: `t${at}` },
        order: { failures: 0, lastError: null, nextAttemptAt: at },
      },
    ]),
  );
  const accounts = new Map<string, StoredAccount>();
  const certificates = {
    all: async () => [...records.values()],
    get: async (name: string) => records.get(name),
    setOrder: async (name: string, order: OrderState) => {
      const record = records.get(name);
      if (record) records.set(name, { ...record, order });
    },
    account: async (directory: string) => accounts.get(directory),
    addAccount: async (directory: string, account: StoredAccount) => void accounts.set(directory, account),
  };
  const settle = vi.fn(async (record: CertificateRecord) => {
    records.set(record.name, {
      ...record,
      order: { failures: 0, lastError: null, nextAttemptAt: Number.MAX_VALUE },
    });
    return true;
  });
  const orders = new AcmeOrders({
    store: { certificates } as unknown as AcmeOrdersOptions['store'],
    vault: new CertificateVault(vault as unknown as ConstructorParameters<typeof CertificateVault>[0]),
    ...{ directory: 'https://ca.test/dir', log: silent, now: () => 1_000_000 },
    order: async () => ({ certificate: 'c', key: 'k' }),
    createAccount: async () => ({ url: 'https://ca.test/1', key: 'the key' }),
    settle,
    ...options,
  });
  return { orders, records, accounts, settle };
}

const settled = (orders: AcmeOrders): Promise<void> => orders.stop();

test('what is due is ordered, one at a time, the longest due first, with one account', async () => {
  let open = 0;
  const ordered: string[] = [];
  const keys = new Set<string>();
  const { orders, accounts, settle } = useOrders(['a.test', 'b.test', 'c.test'], {
    order: async ({ domains, account }) => {
      open += 1;
      expect(open).toBe(1);
      keys.add(account.key);
      ordered.push(...domains);
      await Promise.resolve();
      open -= 1;
      return { certificate: 'c', key: 'k' };
    },
  });
  orders.look();
  orders.look();
  await vi.waitFor(() => expect(settle).toHaveBeenCalledTimes(3));
  await settled(orders);
  expect(ordered).toEqual(['a.test', 'b.test', 'c.test']);
  expect([...keys]).toEqual(['the key']);
  expect(accounts.get('https://ca.test/dir')).toEqual({
    ...{ url: 'https://ca.test/1', sealedKey: 'acme account https://ca.test/dir|the key' },
  });
});

test('an order that fails is told and waits, and the next one is carried out', async () => {
  const { orders, records, settle } = useOrders(['bad.test', 'good.test'], {
    order: async ({ domains }) => {
      if (domains[0] === 'bad.test') throw new Error('the authority says no');
      return { certificate: 'c', key: 'k' };
    },
  });
  orders.look();
  await vi.waitFor(() => expect(settle).toHaveBeenCalledTimes(1));
  await settled(orders);
  expect(records.get('bad.test')?.order).toEqual({
    ...{ failures: 1, lastError: 'the authority says no' },
    nextAttemptAt: 1_000_000 + acmeRetryMs.first,
  });
});

test('a failure of a certificate that was ordered anew meanwhile is not its failure', async () => {
  const { orders, records } = useOrders(['a.test'], {
    order: async () => {
      const record = records.get('a.test') as CertificateRecord;
      records.set('a.test', {
        ...record,
        createdAt: 'later',
        order: { failures: 0, lastError: null, nextAttemptAt: Number.MAX_VALUE },
      });
      throw new Error('no');
    },
  });
  orders.look();
  await vi.waitFor(() => expect(records.get('a.test')?.createdAt).toBe('later'));
  await settled(orders);
  expect(records.get('a.test')?.order?.failures).toBe(0);
});

test('a stop gives up what is under way, and it stays due', async () => {
  const { orders, records } = useOrders(['a.test'], {
    order: ({ signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  orders.look();
  await vi.waitFor(() => expect(orders.current).toBe('a.test'));
  await orders.stop();
  expect(records.get('a.test')?.order).toEqual({ failures: 0, lastError: null, nextAttemptAt: 0 });
});
