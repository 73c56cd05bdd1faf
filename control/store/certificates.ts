// Certificates as stored, and accounts with authorities by the URL of their directory. Keys are sealed before they come
// here.

import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { CertificateRecord, OrderState } from '../model/certificate.ts';
import { json, readRow } from './row.ts';
import type { CertificatesTable, Schema } from './schema.ts';

const pairSchema = z.strictObject({
  certificate: z.string(),
  sealedKey: z.string(),
  notBefore: z.number(),
  notAfter: z.number(),
  issuer: z.string(),
  fingerprint: z.string(),
});

const orderSchema = z.strictObject({
  failures: z.number(),
  lastError: z.string().nullable(),
  nextAttemptAt: z.number(),
});

const rowSchema = z.strictObject({
  name: z.string(),
  source: z.enum(['upload', 'acme']),
  domains: json(z.array(z.string())),
  pair: json(pairSchema).nullable(),
  order_state: json(orderSchema).nullable(),
  author: z.string(),
  created_at: z.string(),
});

/** What an authority knows us by. */
export interface StoredAccount {
  readonly url: string;
  readonly sealedKey: string;
}

export class Certificates {
  readonly #db: Kysely<Schema>;

  constructor(db: Kysely<Schema>) {
    this.#db = db;
  }

  async all(): Promise<CertificateRecord[]> {
    const rows = await this.#db.selectFrom('certificates').selectAll().orderBy('name').execute();
    return rows.map(toRecord);
  }

  async get(name: string): Promise<CertificateRecord | undefined> {
    const query = this.#db.selectFrom('certificates').selectAll().where('name', '=', name);
    const row = await query.executeTakeFirst();
    return row && toRecord(row);
  }

  /** Takes the place of one of the same name. */
  async put({ name, source, domains, pair, order, author, createdAt }: CertificateRecord): Promise<void> {
    const columns = {
      ...{ source, author, created_at: createdAt, domains: JSON.stringify(domains) },
      pair: pair && JSON.stringify(pair),
      order_state: order && JSON.stringify(order),
    };
    await this.#db
      .insertInto('certificates')
      .values({ name, ...columns })
      .onConflict((conflict) => conflict.column('name').doUpdateSet(columns))
      .execute();
  }

  /** Of one that is there still; another order of the same name may have taken its place. */
  async setOrder(name: string, order: OrderState): Promise<void> {
    await this.#db
      .updateTable('certificates')
      .set({ order_state: JSON.stringify(order) })
      .where('name', '=', name)
      .execute();
  }

  async delete(name: string): Promise<void> {
    await this.#db.deleteFrom('certificates').where('name', '=', name).execute();
  }

  async account(directory: string): Promise<StoredAccount | undefined> {
    const query = this.#db.selectFrom('acme_accounts').selectAll().where('directory', '=', directory);
    const row = await query.executeTakeFirst();
    return row && { url: row.url, sealedKey: row.sealed_key };
  }

  async addAccount(directory: string, { url, sealedKey }: StoredAccount, now: string): Promise<void> {
    await this.#db
      .insertInto('acme_accounts')
      .values({ directory, url, sealed_key: sealedKey, created_at: now })
      .execute();
  }
}

function toRecord(row: CertificatesTable): CertificateRecord {
  const { created_at, order_state, ...same } = readRow(rowSchema, row, 'certificates', row.name);
  return { ...same, order: order_state, createdAt: created_at };
}
