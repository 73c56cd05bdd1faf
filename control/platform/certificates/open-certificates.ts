// Puts together what looks after certificates. What speaks ACME is loaded when something is ordered for the first time:
// few platforms do, and it is large.

import type { Vault } from '../../secrets/vault.ts';
import type { Store } from '../../store/store.ts';
import type { AcmeSettings } from '../../tls-settings.ts';
import type { PlatformLog } from '../platform-log.ts';
import { AcmeOrders } from './acme-orders.ts';
import { CertificateFiles } from './certificate-files.ts';
import { CertificateVault } from './certificate-vault.ts';
import { Certificates, type CertificatesOptions } from './certificates.ts';

export interface OpenCertificates {
  readonly store: Store;
  readonly vault: Vault;
  readonly acme: AcmeSettings;
  /** The folder that the TLS door reads. */
  readonly dir: string;
  readonly door: CertificatesOptions['door'];
  readonly publish: (challenges: Readonly<Record<string, string>>) => Promise<void>;
  readonly log: PlatformLog;
}

const loadAcme = () => import('../../acme/order-certificate.ts');

export function openCertificates(options: OpenCertificates): {
  readonly certificates: Certificates;
  readonly orders: AcmeOrders;
} {
  const { store, acme, publish, door, log } = options;
  const vault = new CertificateVault(options.vault);
  const orders: AcmeOrders = new AcmeOrders({
    ...{ store, vault, log, directory: acme.directory, now: Date.now },
    order: async (order) => (await loadAcme()).orderFrom({ ...acme, publish })(order),
    createAccount: async () => (await loadAcme()).createAccount({ ...acme, publish }),
    settle: (...ordered) => certificates.settle(...ordered),
  });
  const files = new CertificateFiles(options.dir);
  const certificates = new Certificates({ store, vault, files, door, orders, log });
  return { certificates, orders };
}
