// Certificates of the TLS door that the platform keeps: those that were given to it, and those that it orders by ACME.

import { z } from 'zod';
import { acmeDomainsMax } from './limits.ts';

/** A host, or `*.` and a domain. */
const hostForm = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const nameSchema = z
  .string()
  .regex(/^[a-z0-9_]([a-z0-9_.-]{0,126}[a-z0-9_])?$/, 'must be lower-case letters, digits, dots, - and _');

const pem = z.string().min(1).max(65_536);

/** By its own `certificate` and `key`, or ordered for `domains`. */
export const createCertificateSchema = z.union([
  z.strictObject({ name: nameSchema.optional(), certificate: pem, key: pem }),
  z.strictObject({
    name: nameSchema.optional(),
    domains: z
      .array(z.string().max(253).regex(hostForm, 'must be a host in lower case, such as shop.example.com'))
      .min(1)
      .max(acmeDomainsMax),
    acme: z.literal(true),
  }),
]);

export type CreateCertificate = z.output<typeof createCertificateSchema>;

/** What the platform knows of a certificate that it keeps. Times are milliseconds since the epoch. */
export interface CertificateRecord {
  readonly name: string;
  readonly source: 'upload' | 'acme';
  readonly domains: readonly string[];
  /** Null while the first order is under way. The key is sealed. */
  readonly pair: StoredPair | null;
  readonly createdAt: string;
  readonly author: string;
  /** Null where it is not ordered by us. */
  readonly order: OrderState | null;
}

export interface StoredPair {
  readonly certificate: string;
  readonly sealedKey: string;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly issuer: string;
  readonly fingerprint: string;
}

export interface OrderState {
  /** Orders that have failed since the last that did not. */
  readonly failures: number;
  readonly lastError: string | null;
  readonly nextAttemptAt: number;
}

/** A file name that is a host's, and no wildcard's: `*.example.com` is kept as `_.example.com`. */
export const certificateNameOf = (domain: string): string => domain.replace(/^\*/, '_');
