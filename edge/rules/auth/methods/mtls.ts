// A client certificate: one that our own TLS door has seen, or one of which a proxy tells in a header. The header is
// believed of a proxy that the operator trusts, and of nobody else: from a stranger it is a try, and no function sees it.

import {
  type ClientCertificate,
  certificateFault,
  readCertificate,
} from '../../../auth/client-certificate.ts';
import { doorCertificate } from '../../../auth/door-certificate.ts';
import type { MtlsMethod } from '../../../contract/rules/auth.ts';
import type { Visit } from '../../visit.ts';
import { bad, type Finding, type Method, NOTHING } from '../method.ts';

export function mtlsMethod(rule: MtlsMethod): Method {
  const { header, format, verified } = rule;
  return { type: 'mtls', challenge: 'Selvedge-Client-Certificate', find, hide };

  function find({ request, client }: Visit): Finding {
    // What a proxy shows to the door is the proxy's own; of its client it tells in the header.
    const seen = client.proxied ? undefined : doorCertificate((request as { cf?: unknown }).cf);
    if (seen) return 'fault' in seen ? bad(seen.fault) : judge(seen.certificate);
    const value = request.headers.get(header);
    if (value === null) return NOTHING;
    if (!client.proxied) return bad(`the header ${header} is not of a proxy that is trusted here`);
    if (verified && request.headers.get(verified.header) !== verified.value)
      return bad('the proxy does not say that it has checked the client certificate');
    const certificate = readCertificate(format, value);
    if (!certificate) return bad('what the proxy says of the client certificate cannot be read');
    return judge(certificate);
  }

  function judge(certificate: ClientCertificate): Finding {
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
