// The certificates that the platform keeps: takes them, orders them, hands them to the TLS door, and tells of them.

import { CertificateFault } from '../../certificates/certificate-fault.ts';
import { type Pair, readPair } from '../../certificates/read-pair.ts';
import type { Caller } from '../../model/access.ts';
import {
  type CertificateRecord,
  type CreateCertificate,
  certificateNameOf,
  type StoredPair,
} from '../../model/certificate.ts';
import { AppError } from '../../model/errors.ts';
import { certificatesMax } from '../../model/limits.ts';
import type { Store } from '../../store/store.ts';
import type { TlsDoor } from '../../workerd/tls-door.ts';
import { certificateEntry } from '../audit-entry.ts';
import type { PlatformLog } from '../platform-log.ts';
import type { CertificateView } from '../platform-views.ts';
import type { AcmeOrders } from './acme-orders.ts';
import type { CertificateFiles } from './certificate-files.ts';
import type { CertificateVault } from './certificate-vault.ts';
import { viewCertificates } from './view-certificates.ts';

export interface CertificatesOptions {
  readonly store: Pick<Store, 'certificates' | 'transaction'>;
  readonly vault: CertificateVault;
  readonly files: CertificateFiles;
  /** Undefined where no TLS is served. */
  readonly door: () => Pick<TlsDoor, 'refresh' | 'reload'> | undefined;
  readonly orders: AcmeOrders;
  readonly log: PlatformLog;
}

export class Certificates {
  readonly #options: CertificatesOptions;

  constructor(options: CertificatesOptions) {
    this.#options = options;
  }

  /** Before the door starts: it is to find what there is. One that cannot be opened is told, and the others are served. */
  async fillFolder(): Promise<void> {
    const { store, vault, files, log } = this.#options;
    const records = await store.certificates.all();
    files.keepOnly(new Set(records.map(({ name }) => name)));
    for (const { name, pair } of records) {
      if (!pair) continue;
      try {
        files.write(name, pair.certificate, vault.open(name, pair.sealedKey));
      } catch (error) {
        log.error('a certificate cannot be served', { certificate: name, error: String(error) });
      }
    }
  }

  async list(by: Caller): Promise<CertificateView[]> {
    refuseOfSomeProjects(by, 'listCertificates');
    const { store, orders, door } = this.#options;
    const status = await door()
      ?.refresh()
      .catch(() => undefined); // /health tells of a door that does not answer.
    return viewCertificates(await store.certificates.all(), status, orders.current);
  }

  /** Sentences for /health: orders that fail. A certificate that ends soon is the door's to tell. */
  async problems(): Promise<string[]> {
    return (await this.#options.store.certificates.all()).flatMap(({ name, order }) =>
      order === null || order.failures === 0
        ? []
        : [
            `The certificate "${name}" could not be ordered (${order.failures} times; ${order.lastError}): it is tried again at ${new Date(order.nextAttemptAt).toISOString()}.`,
          ],
    );
  }

  /** When it resolves, a certificate that was given is served; one that is to be ordered is being so. */
  async add(by: Caller, input: CreateCertificate): Promise<CertificateView> {
    refuseOfSomeProjects(by, 'addCertificate');
    const { store, door } = this.#options;
    if (!door())
      throw new AppError(
        'FN_006',
        'No TLS is served, so a certificate would be of no use: set SELVEDGE_TLS to an address, such as 0.0.0.0:443, and start again.',
        { status: 409 },
      );
    const all = await store.certificates.all();
    const name = nameOf(input);
    if (all.length >= certificatesMax && !all.some((record) => record.name === name))
      throw new AppError(
        'FN_006',
        `There are ${certificatesMax} certificates, which is the most: delete one first.`,
        {
          status: 409,
        },
      );
    await ('key' in input
      ? this.#take(by, name, input.certificate, input.key)
      : this.#order(by, name, input.domains));
    const view = (await this.list(by)).find((one) => one.name === name && one.source !== 'file');
    if (view) return view;
    throw new AppError('FN_001', `The certificate "${name}" was deleted meanwhile.`);
  }

  async remove(by: Caller, name: string): Promise<void> {
    refuseOfSomeProjects(by, 'removeCertificate');
    const { store, files, door } = this.#options;
    const record = await store.certificates.get(name);
    if (!record) throw await this.#missing(by, name);
    await store.transaction(async (tx) => {
      await tx.certificates.delete(name);
      await tx.audit.add(certificateEntry(by, 'certificate.remove', record));
    });
    files.remove(name);
    await door()?.reload();
  }

  /** Of an order that has been carried out. False when nobody wants it any more. */
  async settle(
    ordered: CertificateRecord,
    certificate: string,
    key: string,
    nextAttemptAt: (pair: Pair) => number,
  ): Promise<boolean> {
    const { store, files, door } = this.#options;
    const pair = readPair(certificate, key, Date.now());
    const now = await store.certificates.get(ordered.name);
    if (now?.order === null || now?.createdAt !== ordered.createdAt) return false;
    const order = { failures: 0, lastError: null, nextAttemptAt: nextAttemptAt(pair) };
    await store.certificates.put({ ...now, pair: this.#sealed(ordered.name, pair), order });
    files.write(ordered.name, certificate, key);
    await door()?.reload();
    return true;
  }

  async #take(by: Caller, name: string, certificate: string, key: string): Promise<void> {
    const { files, door } = this.#options;
    const pair = readGiven(certificate, key);
    await this.#put(by, {
      ...{ name, source: 'upload', domains: pair.names, pair: this.#sealed(name, pair), order: null },
      ...{ author: by.actor.name, createdAt: new Date().toISOString() },
    });
    files.write(name, certificate, key);
    await door()?.reload();
  }

  /** A certificate of this name goes on until the new one is there. */
  async #order(by: Caller, name: string, domains: readonly string[]): Promise<void> {
    const { store, orders } = this.#options;
    const wildcard = domains.find((domain) => domain.startsWith('*'));
    if (wildcard !== undefined)
      throw new AppError(
        'FN_006',
        `domains has ${wildcard}: an authority gives wildcards to whoever controls the zone in the DNS (dns-01), and Selvedge proves hosts by HTTP (http-01). Name each host, or bring a certificate of your own.`,
      );
    const before = await store.certificates.get(name);
    await this.#put(by, {
      ...{ name, source: 'acme', domains, pair: before?.pair ?? null, author: by.actor.name },
      ...{ createdAt: new Date().toISOString(), order: { failures: 0, lastError: null, nextAttemptAt: 0 } },
    });
    orders.look();
  }

  async #put(by: Caller, record: CertificateRecord): Promise<void> {
    await this.#options.store.transaction(async (tx) => {
      await tx.certificates.put(record);
      await tx.audit.add(certificateEntry(by, 'certificate.add', record));
    });
  }

  #sealed(name: string, { certificate, key, notBefore, notAfter, issuer, fingerprint }: Pair): StoredPair {
    const sealedKey = this.#options.vault.seal(name, key);
    return { certificate, sealedKey, notBefore, notAfter, issuer, fingerprint };
  }

  async #missing(by: Caller, name: string): Promise<AppError> {
    const shown = name.slice(0, 128);
    const file = (await this.list(by)).some((one) => one.name === name && one.source === 'file');
    return file
      ? new AppError(
          'FN_006',
          `The certificate "${shown}" is a file in SELVEDGE_TLS_CERTS: remove ${shown}.crt and ${shown}.key there.`,
          { status: 409 },
        )
      : new AppError('FN_001', `There is no certificate "${shown}": GET /certificates lists them.`);
  }
}

const nameOf = (input: CreateCertificate): string => {
  if (input.name !== undefined) return input.name;
  const [first = ''] = 'key' in input ? readGiven(input.certificate, input.key).names : input.domains;
  return certificateNameOf(first);
};

function readGiven(certificate: string, key: string): Pair {
  try {
    return readPair(certificate, key, Date.now());
  } catch (error) {
    if (error instanceof CertificateFault) throw new AppError('FN_006', error.message, {}, error);
    throw error;
  }
}

function refuseOfSomeProjects({ actor }: Caller, operation: string): void {
  if (actor.projects === null) return;
  throw new AppError(
    'FN_009',
    `${operation} is for an owner of all projects, as certificates are of hosts of all, and the key "${actor.name}" is for ${actor.projects.join(', ')}: use another key.`,
  );
}
