// How a secret that a rule names stands in the routing table. The table is sent about and is kept as a file, so it has
// the sealed value; fronts have the key in memory and open it when a request needs it.

/** Begins a sealed text. Rules that people set may not begin so. */
export const SEALED_PREFIX = 'slv-sealed.';
/** Begins what stands for a text that names a secret which is not there; the name follows. It opens nothing. */
export const MISSING_PREFIX = 'slv-missing.';
/** Of AES-GCM: the first bytes of what is sealed. */
export const SEALED_NONCE_BYTES = 12;
/** The front's binding to `RuleKeys`. */
export const RULE_KEYS_BINDING = 'RULE_KEYS';

/** What control and fronts share for rules, each in base64. */
export interface RuleKeys {
  /** Opens what is sealed. */
  readonly secrets: string;
  /** With which URLs are signed. */
  readonly urls: string;
  /** With which previews of variants are signed. */
  readonly previews: string;
}
