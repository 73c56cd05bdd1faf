// Which pages of other origins may read answers.

export interface OriginsEntry {
  readonly exact: readonly string[];
  /** `https://*.example.com[:port]`, cut at its star. */
  readonly below: readonly { readonly scheme: string; readonly suffix: string }[];
}

export interface CorsEntry {
  /** `*`: all. */
  readonly origins: OriginsEntry | '*';
  readonly methods: readonly string[];
  /** In lower case. `*`: those that are asked for. */
  readonly headers: readonly string[] | '*';
  readonly expose: readonly string[];
  readonly credentials: boolean;
  readonly maxAgeSeconds: number;
  readonly privateNetwork: boolean;
}
