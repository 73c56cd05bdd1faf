// The certificate that a client has shown to our own TLS door, which tells of it in `request.cf`. Nobody else can write
// there. Pure.

import {
  alternativeName,
  type ClientCertificate,
  plainHex,
  splitOutsideQuotes,
} from './client-certificate.ts';

interface TlsClientAuth {
  readonly certPresented?: unknown;
  readonly certVerified?: unknown;
  readonly certSubjectDN?: unknown;
  readonly certSubjectAltName?: unknown;
  readonly certFingerprintSHA256?: unknown;
}

/** Undefined when no certificate was asked for or shown. A fault says why one is not believed. */
export function doorCertificate(
  cf: unknown,
): { readonly certificate: ClientCertificate } | { readonly fault: string } | undefined {
  const told = (cf as { readonly tlsClientAuth?: TlsClientAuth } | undefined)?.tlsClientAuth;
  if (told === undefined || told.certPresented !== '1') return undefined;
  if (told.certVerified !== 'SUCCESS')
    return { fault: `the client certificate is of no authority that is trusted here (${told.certVerified})` };
  const { certSubjectDN: subject, certSubjectAltName: names, certFingerprintSHA256: fingerprint } = told;
  return {
    certificate: {
      ...(typeof subject === 'string' && { subject }),
      ...(typeof fingerprint === 'string' && { fingerprint: plainHex(fingerprint) }),
      sans: typeof names === 'string' ? namesIn(names) : [],
    },
  };
}

/** As `DNS:robot.test, URI:spiffe://shop/robot`. What needs quotes there is no name that a rule could mean. */
function namesIn(text: string): string[] {
  return splitOutsideQuotes(text, ',').flatMap((part) => {
    const colon = part.indexOf(':');
    const name = part.slice(colon + 1);
    return name.includes('"') ? [] : (alternativeName(part.slice(0, colon).trim(), name) ?? []);
  });
}
