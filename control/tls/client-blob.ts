// What a front is told of a client, once for each connection: address, TLS, and a certificate of its own. It is the
// `request.cf` that the front's own socket for us makes of a header; on no other socket is that header anything.

import type { TLSSocket } from 'node:tls';
import { clientNamesMax } from './limits.ts';

/** As Cloudflare names them. Functions see them in `request.cf`. */
interface ClientBlob {
  /** Address and port, as workerd writes it for a connection of its own. */
  readonly clientIp: string;
  readonly httpProtocol: string;
  readonly tlsVersion: string;
  readonly tlsCipher: string;
  readonly tlsClientAuth?: Readonly<Record<string, string>>;
}

/** As the value of a header: nothing in it but ASCII. */
export function clientBlob(socket: TLSSocket, httpProtocol: string, mayHaveCertificate: boolean): string {
  const blob: ClientBlob = {
    clientIp: endpoint(socket.remoteAddress ?? '0.0.0.0', socket.remotePort ?? 0),
    httpProtocol,
    tlsVersion: socket.getProtocol() ?? '',
    tlsCipher: socket.getCipher().standardName,
    ...(mayHaveCertificate && { tlsClientAuth: clientAuth(socket) }),
  };
  return JSON.stringify(blob).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function endpoint(address: string, port: number): string {
  // A socket for both kinds of addresses writes the old ones so.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  return plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`;
}

function clientAuth(socket: TLSSocket): Record<string, string> {
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return { certPresented: '0', certVerified: 'NONE' };
  const names = (certificate.subjectAltName ?? '').split(', ').filter((name) => name !== '');
  return {
    certPresented: '1',
    certVerified: socket.authorized ? 'SUCCESS' : `FAILED:${String(socket.authorizationError)}`,
    certSubjectDN: oneLine(certificate.subject),
    certIssuerDN: oneLine(certificate.issuer),
    certSubjectAltName: names.slice(0, clientNamesMax).join(', '),
    certSerial: certificate.serialNumber,
    certFingerprintSHA256: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
    certFingerprintSHA1: certificate.fingerprint.replaceAll(':', '').toLowerCase(),
    certNotBefore: certificate.validFrom,
    certNotAfter: certificate.validTo,
  };
}

/** The last part first, as RFC 2253 has it. */
const oneLine = (name: string): string => name.split('\n').toReversed().join(',');
