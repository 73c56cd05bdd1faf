// Orders certificates, and orders them again before they end. One at a time, so that no authority is asked for much at
// once; an order that failed is tried again, each time after twice as long.

import type { AcmeAccount, OrderCertificate } from '../../acme/order-certificate.ts';
import type { CertificateRecord } from '../../model/certificate.ts';
import { renewalAt, retryAt } from '../../plan/plan-renewal.ts';
import type { Store } from '../../store/store.ts';
import type { PlatformLog } from '../platform-log.ts';
import type { CertificateVault } from './certificate-vault.ts';
import type { Certificates } from './certificates.ts';

/** How often it is looked for certificates that are due. */
const lookMs = 30_000;
/** Characters that are kept of what an authority said. */
const errorLengthMax = 1000;

export interface AcmeOrdersOptions {
  readonly store: Pick<Store, 'certificates'>;
  readonly vault: CertificateVault;
  readonly directory: string;
  readonly order: OrderCertificate;
  readonly createAccount: () => Promise<AcmeAccount>;
  readonly settle: Certificates['settle'];
  readonly now: () => number;
  readonly log: PlatformLog;
}

export class AcmeOrders {
  readonly #options: AcmeOrdersOptions;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  #current: string | undefined;
  readonly #stopped = new AbortController();

  constructor(options: AcmeOrdersOptions) {
    this.#options = options;
  }

  /** Name of the certificate whose order is under way. */
  get current(): string | undefined {
    return this.#current;
  }

  start(): void {
    this.#timer = setInterval(() => this.look(), lookMs).unref();
    this.look();
  }

  /** Resolves when nothing is under way any more. What was is ordered again by the next control. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped.abort(new Error('Selvedge stops'));
    await this.#working;
  }

  /** Begins with what is due, unless an order is under way: then it is looked at after it. */
  look(): void {
    const { log } = this.#options;
    this.#working ??= this.#work()
      .catch((error: unknown) =>
        log.error('certificates could not be looked after', { error: String(error) }),
      )
      .finally(() => {
        this.#working = undefined;
      });
  }

  async #work(): Promise<void> {
    for (;;) {
      const due = await this.#due();
      if (!due || this.#stopped.signal.aborted) return;
      await this.#carryOut(due);
    }
  }

  /** The one that has waited longest. */
  async #due(): Promise<CertificateRecord | undefined> {
    const { store, now } = this.#options;
    const time = now();
    return (await store.certificates.all())
      .filter(({ order }) => order !== null && order.nextAttemptAt <= time)
      .toSorted((one, other) => (one.order?.nextAttemptAt ?? 0) - (other.order?.nextAttemptAt ?? 0))[0];
  }

  async #carryOut(record: CertificateRecord): Promise<void> {
    const { order, settle, log, now } = this.#options;
    const { name, domains } = record;
    this.#current = name;
    try {
      const account = await this.#account();
      const { certificate, key } = await order({ account, domains, signal: this.#stopped.signal });
      if (await settle(record, certificate, key, renewalAt))
        log.info('a certificate was ordered', { certificate: name, domains });
    } catch (error) {
      if (this.#stopped.signal.aborted) return;
      await this.#failed(record, String((error as Error).message ?? error), now());
    } finally {
      this.#current = undefined;
    }
  }

  async #failed({ name, order, createdAt }: CertificateRecord, message: string, now: number): Promise<void> {
    const { store, log } = this.#options;
    const failures = (order?.failures ?? 0) + 1;
    const next = retryAt(failures, now);
    log.warn('a certificate could not be ordered', {
      ...{ certificate: name, failures, error: message, next: new Date(next).toISOString() },
    });
    const record = await store.certificates.get(name);
    if (record?.createdAt !== createdAt) return;
    const lastError = message.slice(0, errorLengthMax);
    await store.certificates.setOrder(name, { failures, lastError, nextAttemptAt: next });
  }

  /** Made with the first order from a directory. */
  async #account(): Promise<AcmeAccount> {
    const { store, vault, directory, createAccount } = this.#options;
    const stored = await store.certificates.account(directory);
    if (stored) return { url: stored.url, key: vault.openAccount(directory, stored.sealedKey) };
    const account = await createAccount();
    const sealedKey = vault.sealAccount(directory, account.key);
    await store.certificates.addAccount(directory, { url: account.url, sealedKey }, new Date().toISOString());
    return account;
  }
}
