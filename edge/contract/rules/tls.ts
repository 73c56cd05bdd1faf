/** `tls` of a function's or a route's rules, as the router reads it. */
export interface TlsEntry {
  /** What comes by HTTP is sent to HTTPS. */
  readonly redirect: boolean;
  /** Value of `Strict-Transport-Security` on what is answered by HTTPS; null for none. */
  readonly hsts: string | null;
}
