// Who a visitor is, once he has been let in.

export interface Identity {
  readonly kind: 'api_key' | 'jwt' | 'basic' | 'signed_url' | 'mtls' | 'platform';
  /** The key's id, the token's `sub`, the user's name. */
  readonly subject: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  readonly claims: Readonly<Record<string, unknown>>;
}
