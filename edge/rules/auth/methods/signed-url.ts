// A URL that control has signed: whoever has it may make this one request until it ends. The function sees the URL
// without the signature.

import { withoutParameters } from '../../../auth/read-token.ts';
import { base64Url, bytesOfBase64 } from '../../../auth/same-text.ts';
import {
  EXPIRES_PARAMETER,
  SIGNATURE_PARAMETER,
  type SignedParts,
  signedText,
} from '../../../contract/signed-url.ts';
import { normalizeHost } from '../../../route/read-host.ts';
import { splitUrl } from '../../../route/split-url.ts';
import type { RuleScope } from '../../step.ts';
import type { Visit } from '../../visit.ts';
import { bad, type Finding, type Method, NOTHING } from '../method.ts';

const encoder = new TextEncoder();

export function signedUrlMethod({ functionId }: RuleScope): Method {
  return { type: 'signed_url', challenge: 'Selvedge-Signed-URL', find, hide };

  async function find({ request, env }: Visit): Promise<Finding> {
    const { path, query } = splitUrl(request.url);
    if (!query.includes(SIGNATURE_PARAMETER)) return NOTHING;
    const parameters = new URLSearchParams(query);
    const [signature, more] = parameters.getAll(SIGNATURE_PARAMETER);
    const [expires, others] = parameters.getAll(EXPIRES_PARAMETER);
    if (signature === undefined) return NOTHING;
    if (more !== undefined || others !== undefined || !/^[0-9]{1,15}$/.test(expires ?? ''))
      return bad('the signature of the URL is not whole');
    const host = normalizeHost(request.headers.get('host') ?? '');
    const parts = { functionId, method: request.method, host, path, query, expires: expires ?? '' };
    const subject = await verified(env.RULE_KEYS.urls, parts, signature);
    if (subject === undefined) return bad('the signature is not of this URL and method');
    if (Date.now() >= Number(expires) * 1000) return bad('the URL has expired');
    return {
      found: 'good',
      identity: { kind: 'signed_url', subject, roles: [], scopes: [], claims: {} },
    };
  }
}

function hide(visit: Visit): void {
  if (visit.url.includes('selvedge-'))
    visit.url = withoutParameters(visit.url, [EXPIRES_PARAMETER, SIGNATURE_PARAMETER]);
}

/** The signature in its one spelling, so that a URL is one visitor in every one that base64 lets pass; undefined for a wrong one. */
async function verified(key: string, parts: SignedParts, signature: string): Promise<string | undefined> {
  const [secret, signed] = [bytesOfBase64(key), bytesOfBase64(signature)];
  if (!secret || secret.byteLength === 0 || !signed) return undefined;
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const imported = await crypto.subtle.importKey('raw', secret, hmac, false, ['verify']);
  // It takes as long for a near miss as for any other.
  const right = await crypto.subtle.verify('HMAC', imported, signed, encoder.encode(signedText(parts)));
  return right ? base64Url(signed) : undefined;
}
