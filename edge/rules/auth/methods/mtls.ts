// A client certificate, of which a proxy tells in a header. It is believed of a proxy that the operator trusts, and of
// nobody else: from a stranger the header is a try, and no function sees it.

import { certificateFault, readCertificate } from '../../../auth/client-certificate.ts';
import type { MtlsMethod } from '../../../contract/rules/auth.ts';
import type { Visit } from '../../visit.ts';
import { bad, type Finding, type Method, NOTHING } from '../method.ts';

export function mtlsMethod(rule: MtlsMethod): Method {
  const { header, format, verified } = rule;
  return { type: 'mtls', challenge: 'Selvedge-Client-Certificate', find, hide };

  function find({ request, client }: Visit): Finding {
    const value = request.headers.get(header);
    if (value === null) return NOTHING;
    if (!client.proxied) return bad(`the header ${header} is not of a proxy that is trusted here`);
    if (verified && request.headers.get(verified.header) !== verified.value)
      return bad('the proxy does not say that it has checked the client certificate');
    const certificate = readCertificate(format, value);
    if (!certificate) return bad('what the proxy says of the client certificate cannot be read');
    const fault = certificateFault(certificate, rule);
    if (fault !== undefined) return bad(fault);
    const { subject, fingerprint, sans } = certificate;
    const claims = { ...certificate };
    return {
      found: 'good',
      identity: {
        ...{ kind: 'mtls', roles: [], scopes: [], claims },
        subject: subject ?? sans[0] ?? fingerprint ?? '',
      },
    };
  }

  function hide({ client, requestHeaders }: Visit): void {
    if (client.proxied) return;
    requestHeaders.push({ op: 'remove', name: header });
    if (verified) requestHeaders.push({ op: 'remove', name: verified.header });
  }
}
