// What a webhook's headers say of its signature, for each provider: the signatures, the time, and what was signed
// besides the body. Pure.

import { bytesOfBase64, bytesOfHex } from '../../auth/same-text.ts';
import type { HmacScheme, WebhookEntry } from '../../contract/rules/webhook.ts';

/** Signatures of one request that are tried: senders have two while a secret is changed. */
export const webhookSignaturesMax = 10;

export interface Signed {
  readonly algorithm: HmacScheme['algorithm'];
  readonly signatures: readonly Uint8Array[];
  /** Seconds since the epoch; null where the provider signs none. */
  readonly time: number | null;
  /** Text that stands before the body in what is signed. */
  readonly before: string;
}

/** In words what is wrong; what has no signature that could be right is told without its body. */
export function readSignatures(rule: WebhookEntry, headers: Headers): Signed | string {
  const found = readHeaders(rule, headers);
  return typeof found !== 'string' && found.signatures.length === 0 ? 'its signature is not right' : found;
}

function readHeaders({ provider, scheme }: WebhookEntry, headers: Headers): Signed | string {
  switch (provider) {
    case 'github':
      return signed(headers, {
        ...{ header: 'x-hub-signature-256', prefix: 'sha256=' },
        ...{ algorithm: 'SHA-256', encoding: 'hex', timestampHeader: null },
      });
    case 'slack': {
      const time = headers.get('x-slack-request-timestamp');
      const scheme = {
        header: 'x-slack-signature',
        prefix: 'v0=',
        algorithm: 'SHA-256',
        encoding: 'hex',
      } as const;
      if (time === null) return 'it has no header x-slack-request-timestamp';
      return withTime(signed(headers, { ...scheme, timestampHeader: null }), time, `v0:${time}:`);
    }
    case 'stripe':
      return readStripe(headers.get('stripe-signature'));
    case 'standard-webhooks':
      return readStandard(headers);
    case 'hmac':
      return scheme ? readHmac(headers, scheme) : 'its scheme is not set';
  }
}

function readHmac(headers: Headers, scheme: HmacScheme): Signed | string {
  const found = signed(headers, scheme);
  if (scheme.timestampHeader === null) return found;
  const time = headers.get(scheme.timestampHeader);
  return time === null ? `it has no header ${scheme.timestampHeader}` : withTime(found, time, `${time}.`);
}

function signed(headers: Headers, { header, prefix, algorithm, encoding }: HmacScheme): Signed | string {
  const value = headers.get(header)?.trim();
  if (!value) return `it has no header ${header}`;
  if (!value.startsWith(prefix)) return `its header ${header} does not begin with ${prefix}`;
  const text = value.slice(prefix.length);
  const bytes = encoding === 'hex' ? bytesOfHex(text) : bytesOfBase64(text);
  if (!bytes) return `its header ${header} cannot be read`;
  return { algorithm, signatures: [bytes], time: null, before: '' };
}

/** `t=<seconds>,v1=<hex>,v1=<hex>`; other versions are for tests of the sender. */
function readStripe(header: string | null): Signed | string {
  if (header === null) return 'it has no header stripe-signature';
  const parts = header.split(',').map((part) => part.trim());
  const times = parts.filter((part) => part.startsWith('t=')).map((part) => part.slice(2));
  const [time] = times;
  if (time === undefined || times.length > 1) return 'its header stripe-signature has no time, or several';
  const signatures = parts
    .filter((part) => part.startsWith('v1='))
    .flatMap((part) => bytesOfHex(part.slice(3)) ?? [])
    .slice(0, webhookSignaturesMax);
  return withTime({ algorithm: 'SHA-256', signatures, time: null, before: '' }, time, `${time}.`);
}

/** `v1,<base64> v1,<base64>`; what is signed with a key pair (`v1a`) is not read. */
function readStandard(headers: Headers): Signed | string {
  const [id, time, list] = ['id', 'timestamp', 'signature'].map((name) => headers.get(`webhook-${name}`));
  if (!id || !time || !list)
    return 'it lacks one of the headers webhook-id, webhook-timestamp, webhook-signature';
  const signatures = list
    .split(' ')
    .filter((part) => part.startsWith('v1,'))
    .flatMap((part) => bytesOfBase64(part.slice(3)) ?? [])
    .slice(0, webhookSignaturesMax);
  return withTime({ algorithm: 'SHA-256', signatures, time: null, before: '' }, time, `${id}.${time}.`);
}

function withTime(found: Signed | string, time: string, before: string): Signed | string {
  if (typeof found === 'string') return found;
  return /^[0-9]{1,12}$/.test(time)
    ? { ...found, time: Number(time), before }
    : 'its time is no number of seconds';
}
