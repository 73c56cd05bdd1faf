// Opens the texts of rules that name secrets; see contract/rule-secret.ts. A text that names none is what it is.

import { MISSING_PREFIX, type RuleKeys, SEALED_NONCE_BYTES, SEALED_PREFIX } from '../contract/rule-secret.ts';
import { PlatformError } from '../dispatch/platform-error.ts';

/** Texts that are remembered as they were opened. Beyond, all are forgotten. */
export const ruleSecretsRememberedMax = 1000;

/** By the sealed text: the same value of the same function is the same text, so a changed one is another entry. */
const opened = new Map<string, string>();

/** @throws {PlatformError} SYS_001 for a secret that is gone, or that was not sealed for this front. */
export async function openRuleSecret(
  { RULE_KEYS }: { readonly RULE_KEYS: RuleKeys },
  text: string,
): Promise<string> {
  if (text.startsWith(MISSING_PREFIX)) throw unset(text.slice(MISSING_PREFIX.length));
  if (!text.startsWith(SEALED_PREFIX)) return text;
  const known = opened.get(text);
  if (known !== undefined) return known;
  const value = await unseal(RULE_KEYS.secrets, text.slice(SEALED_PREFIX.length));
  if (opened.size >= ruleSecretsRememberedMax) opened.clear();
  opened.set(text, value);
  return value;
}

async function unseal(key: string, sealed: string): Promise<string> {
  try {
    const bytes = bytesOf(sealed);
    const imported = await crypto.subtle.importKey('raw', bytesOf(key), 'AES-GCM', false, ['decrypt']);
    const iv = bytes.subarray(0, SEALED_NONCE_BYTES);
    const text = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv },
      imported,
      bytes.subarray(SEALED_NONCE_BYTES),
    );
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text);
  } catch {
    // Why is not told: the words are for the client.
    throw new PlatformError(
      'SYS_001',
      500,
      'A secret that a rule of this function names cannot be opened by this front: set the secret again.',
    );
  }
}

const unset = (name: string): PlatformError =>
  new PlatformError(
    'SYS_001',
    500,
    `A rule of this function names the secret ${name}, which is not set: its owner can set it.`,
  );

/** Of base64 in either alphabet. */
const bytesOf = (text: string): Uint8Array =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
