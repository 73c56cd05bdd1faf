// Which programs are kept out, by what they call themselves.

export interface BotsEntry {
  /** Those of the list that comes with Selvedge. */
  readonly known: boolean;
  /** Texts in lower case. */
  readonly deny: readonly string[];
  readonly allow: readonly string[];
  /** May those come that do not say what they are? */
  readonly emptyUserAgent: 'allow' | 'deny';
}
