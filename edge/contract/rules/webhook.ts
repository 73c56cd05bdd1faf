// Whose signature a webhook must have, as control compiles it for the router. Secrets are sealed.

export interface WebhookEntry {
  readonly provider: 'github' | 'stripe' | 'slack' | 'standard-webhooks' | 'hmac';
  /** Any of them will do. */
  readonly secrets: readonly string[];
  /** By how many seconds the time in the request may differ from ours; null where there is none. */
  readonly toleranceSeconds: number | null;
  /** Of `hmac`. */
  readonly scheme: HmacScheme | null;
}

export interface HmacScheme {
  /** In lower case. */
  readonly header: string;
  readonly algorithm: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';
  readonly encoding: 'hex' | 'base64';
  readonly prefix: string;
  readonly timestampHeader: string | null;
}
