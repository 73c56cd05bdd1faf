// What is told of certificates: those that the platform keeps, with what the TLS door says of them, and the operator's
// files. Pure.

import type { CertificateRecord } from '../../model/certificate.ts';
import type { ServedCertificate, TlsStatus } from '../../tls/contract.ts';
import type { CertificateView } from '../platform-views.ts';

/** `ordering` is the name of the one whose order is under way. */
export function viewCertificates(
  records: readonly CertificateRecord[],
  status: TlsStatus | undefined,
  ordering: string | undefined,
): CertificateView[] {
  const served = status?.certificates ?? [];
  const stored = new Map(
    served.flatMap((one) => (one.source === 'stored' ? [[one.name, one] as const] : [])),
  );
  return [
    ...records.map((record) => viewOfRecord(record, stored.get(record.name), ordering)),
    ...served.filter(({ source }) => source === 'file').map(viewOfFile),
  ];
}

function viewOfRecord(
  { name, source, domains, pair, order, createdAt, author }: CertificateRecord,
  served: ServedCertificate | undefined,
  ordering: string | undefined,
): CertificateView {
  return {
    ...{ name, source, domains, createdAt, author },
    served: served !== undefined && served.fingerprint === pair?.fingerprint,
    fallback: served?.fallback ?? false,
    notBefore: pair?.notBefore ?? null,
    notAfter: pair?.notAfter ?? null,
    issuer: pair?.issuer ?? null,
    fingerprint: pair?.fingerprint ?? null,
    order: order && { ...order, state: stateOf(order.failures, pair !== null, ordering === name) },
  };
}

function stateOf(
  failures: number,
  has: boolean,
  ordering: boolean,
): 'ordering' | 'failing' | 'valid' | 'waiting' {
  if (ordering) return 'ordering';
  if (failures > 0) return 'failing';
  return has ? 'valid' : 'waiting';
}

const viewOfFile = ({ names, ...served }: ServedCertificate): CertificateView => ({
  ...{ name: served.name, source: 'file', domains: names, served: true, fallback: served.fallback },
  ...{ notBefore: served.notBefore, notAfter: served.notAfter },
  ...{ issuer: served.issuer, fingerprint: served.fingerprint, createdAt: null, author: null, order: null },
});
