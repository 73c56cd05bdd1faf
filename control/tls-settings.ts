// The settings of TLS: where it is served, with which certificates, and where certificates are ordered.

import { resolve } from 'node:path';
import { z } from 'zod';
import type { Address } from './settings.ts';

export interface TlsSettings extends Address {
  /** Absolute path of the operator's directory of certificates. */
  readonly certs: string | undefined;
  /** Absolute path of a file with the authorities of clients' certificates; undefined: clients are not asked for one. */
  readonly clientCa: string | undefined;
  /** What comes by HTTP is sent to HTTPS, whatever the rules of its function say. */
  readonly redirect: boolean;
}

export interface AcmeSettings {
  readonly directory: string;
  readonly email: string | undefined;
  /** Absolute path of a file with the authority that has signed the directory's own certificate. */
  readonly ca: string | undefined;
}

const DIRECTORY_DEFAULT = 'https://acme-v02.api.letsencrypt.org/directory';

export const tlsShape = (address: z.ZodType<Address, string>) => ({
  SELVEDGE_TLS: address.optional(),
  SELVEDGE_TLS_CERTS: z.string().min(1, 'must be a directory with <name>.crt and <name>.key').optional(),
  SELVEDGE_TLS_CLIENT_CA: z.string().min(1, 'must be a file with certificates').optional(),
  SELVEDGE_TLS_REDIRECT: z.enum(['on', 'off'], 'must be "on" or "off"').default('off'),
  SELVEDGE_ACME_DIRECTORY: z
    .url({ protocol: /^https$/, error: `must be an https URL, such as ${DIRECTORY_DEFAULT}` })
    .default(DIRECTORY_DEFAULT),
  SELVEDGE_ACME_EMAIL: z.email('must be an e-mail address').optional(),
  SELVEDGE_ACME_CA: z.string().min(1, 'must be a file with certificates').optional(),
});

export type TlsEnvironment = z.output<z.ZodObject<ReturnType<typeof tlsShape>>>;

const absolute = (path: string | undefined): string | undefined =>
  path === undefined ? undefined : resolve(path);

export function tlsSettings(env: TlsEnvironment): TlsSettings | undefined {
  if (!env.SELVEDGE_TLS) return undefined;
  return {
    ...env.SELVEDGE_TLS,
    certs: absolute(env.SELVEDGE_TLS_CERTS),
    clientCa: absolute(env.SELVEDGE_TLS_CLIENT_CA),
    redirect: env.SELVEDGE_TLS_REDIRECT === 'on',
  };
}

export function acmeSettings(env: TlsEnvironment): AcmeSettings {
  return {
    directory: env.SELVEDGE_ACME_DIRECTORY,
    email: env.SELVEDGE_ACME_EMAIL,
    ca: absolute(env.SELVEDGE_ACME_CA),
  };
}

/** What cannot be meant; undefined for nothing. */
export function tlsFault(env: TlsEnvironment, others: Readonly<Record<string, Address>>): string | undefined {
  const { SELVEDGE_TLS: tls } = env;
  if (!tls) {
    const needing = (['SELVEDGE_TLS_CERTS', 'SELVEDGE_TLS_CLIENT_CA'] as const).find(
      (name) => env[name] !== undefined,
    );
    const name = needing ?? (env.SELVEDGE_TLS_REDIRECT === 'on' ? 'SELVEDGE_TLS_REDIRECT' : undefined);
    return name === undefined
      ? undefined
      : `${name} is set, but SELVEDGE_TLS is not, so nothing serves TLS: set SELVEDGE_TLS to an address, such as 0.0.0.0:443, or unset ${name}.`;
  }
  const same = Object.entries(others).find(
    ([, { host, port }]) => port !== 0 && port === tls.port && host === tls.host,
  );
  return same && `SELVEDGE_TLS and ${same[0]} are both ${tls.host}:${tls.port}: give each a port of its own.`;
}
