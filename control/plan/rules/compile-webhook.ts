// From the rule about webhooks to what the router reads.

import type { HmacScheme, WebhookEntry } from '../../../edge/contract/rules/webhook.ts';
import type { WebhookRule } from '../../model/rules/webhook.ts';

const ALGORITHMS = { sha1: 'SHA-1', sha256: 'SHA-256', sha384: 'SHA-384', sha512: 'SHA-512' } as const;

export function compileWebhook(rule: WebhookRule): WebhookEntry {
  const { provider, secret } = rule;
  const hasTime = rule.provider === 'hmac' ? rule.timestamp_header !== undefined : rule.provider !== 'github';
  return {
    provider,
    secrets: typeof secret === 'string' ? [secret] : secret,
    toleranceSeconds: hasTime && 'tolerance' in rule ? rule.tolerance : null,
    scheme: rule.provider === 'hmac' ? schemeOf(rule) : null,
  };
}

const schemeOf = (rule: Extract<WebhookRule, { provider: 'hmac' }>): HmacScheme => ({
  header: rule.header,
  algorithm: ALGORITHMS[rule.algorithm],
  encoding: rule.encoding,
  prefix: rule.prefix,
  timestampHeader: rule.timestamp_header ?? null,
});
