// What a visitor has to show, as control compiles it for the router. Texts that name secrets are sealed.

/** Where a token is looked for. Header names are in lower case. */
export type TokenPlace =
  | { readonly in: 'header'; readonly name: string; readonly bearer: boolean }
  | { readonly in: 'cookie'; readonly name: string }
  | { readonly in: 'query'; readonly name: string };

/** A claim by its name, or by the names that lead to it. */
export type ClaimPath = string | readonly string[];

export interface ApiKeyMethod {
  readonly type: 'api_key';
  readonly places: readonly TokenPlace[];
}

export type JwtKeys =
  /** Sealed; several, so that one can be changed without an outage. */
  | { readonly kind: 'secrets'; readonly secrets: readonly string[] }
  | { readonly kind: 'pem'; readonly pem: string }
  | { readonly kind: 'jwks'; readonly keys: readonly Readonly<Record<string, unknown>>[] }
  | {
      readonly kind: 'url';
      readonly url: string;
      readonly maxAgeMs: number;
      readonly staleMs: number;
    };

export interface JwtMethod {
  readonly type: 'jwt';
  readonly keys: JwtKeys;
  readonly algorithms: readonly string[];
  readonly issuers: readonly string[];
  readonly audiences: readonly string[];
  readonly clockSkewSeconds: number;
  readonly requiredClaims: readonly string[];
  /** Seconds since it was issued; null for any. */
  readonly maxAgeSeconds: number | null;
  readonly subjectClaim: ClaimPath;
  readonly rolesClaim: ClaimPath;
  readonly scopesClaim: ClaimPath;
  readonly places: readonly TokenPlace[];
}

export interface BasicUser {
  readonly name: string;
  /** Sealed, or the SHA-256 in hex. */
  readonly password: { readonly sealed: string } | { readonly sha256: string };
  readonly roles: readonly string[];
}

export interface BasicMethod {
  readonly type: 'basic';
  readonly realm: string;
  readonly users: readonly BasicUser[];
}

export interface SignedUrlMethod {
  readonly type: 'signed_url';
}

export interface MtlsMethod {
  readonly type: 'mtls';
  /** In lower case. */
  readonly header: string;
  readonly format: 'xfcc' | 'subject' | 'fingerprint';
  /** A header by which the proxy says that it has checked the certificate, and what it then says. */
  readonly verified: { readonly header: string; readonly value: string } | null;
  /** Null for any. */
  readonly subjects: readonly string[] | null;
  /** Hex in lower case, without colons. */
  readonly fingerprints: readonly string[] | null;
  readonly sans: readonly string[] | null;
}

export type AuthMethod = ApiKeyMethod | JwtMethod | BasicMethod | SignedUrlMethod | MtlsMethod;

/** Of a list of names: one of them, or all. */
export interface NamesNeed {
  readonly of: 'any' | 'all';
  readonly names: readonly string[];
}

export type ClaimTest = { readonly claim: ClaimPath } & (
  | { readonly equals: string | number | boolean }
  | { readonly oneOf: readonly (string | number | boolean)[] }
  | { readonly contains: string | number | boolean }
);

export interface ClaimsNeed {
  readonly of: 'any' | 'all';
  readonly tests: readonly ClaimTest[];
}

export interface AuthEntry {
  /** Any of them lets a visitor in. */
  readonly methods: readonly AuthMethod[];
  readonly required: boolean;
  /** The function is told who it is. */
  readonly forward: boolean;
  readonly roles: NamesNeed | null;
  readonly scopes: NamesNeed | null;
  readonly claims: ClaimsNeed | null;
}
