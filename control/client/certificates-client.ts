// `client.certificates`: what the TLS door answers with.

import type { Certificate, CertificateList, RemovedCertificate } from './answers.ts';
import type { CallOptions, Connection } from './connection.ts';
import { sendCall } from './send-call.ts';

/** A certificate of one's own, or hosts for which one is to be ordered. */
export type AddCertificate =
  | { readonly name?: string; readonly certificate: string; readonly key: string }
  | { readonly name?: string; readonly domains: readonly string[]; readonly acme: true };

export interface CertificatesClient {
  list(options?: CallOptions): Promise<CertificateList['certificates']>;
  add(certificate: AddCertificate, options?: CallOptions): Promise<Certificate>;
  remove(name: string, options?: CallOptions): Promise<RemovedCertificate>;
}

export function createCertificatesClient(connection: Connection): CertificatesClient {
  return {
    list: async (options) => {
      const call = { method: 'GET', path: '/certificates' } as const;
      return (await sendCall<CertificateList>(connection, call, options)).certificates;
    },
    add: (body, options) => {
      const call = { method: 'POST', path: '/certificates', body } as const;
      return sendCall<Certificate>(connection, call, options);
    },
    remove: (name, options) => {
      const call = { method: 'DELETE', path: `/certificates/${encodeURIComponent(name)}` } as const;
      return sendCall<RemovedCertificate>(connection, call, options);
    },
  };
}
