// The section `rate_limits` as the router has it.

/** What is counted, and how far. */
export interface LimiterFigures {
  /** The name with everything else of here: figures that change begin to count anew. */
  readonly id: string;
  readonly name: string;
  readonly algorithm: 'fixed' | 'sliding' | 'token_bucket';
  /** Requests in a window, or what the bucket holds. */
  readonly limit: number;
  /** Of a bucket: in which an empty one becomes full. */
  readonly windowMs: number;
  /** Tokens a second; 0 where there is no bucket. */
  readonly rate: number;
}

export type KeyPart =
  | { readonly from: 'ip' | 'key' | 'user' | 'country' | 'path' }
  | { readonly from: 'header' | 'cookie'; readonly name: string };

export interface RateLimitEntry extends LimiterFigures {
  /** Whose requests are counted together; empty for all. */
  readonly by: readonly KeyPart[];
  /** As its owner wrote it, for the one who is refused. */
  readonly byText: string;
  /** What becomes of a request that lacks a part of the key. */
  readonly missing: 'share' | 'skip' | 'refuse';
  /** Null for all. */
  readonly methods: readonly string[] | null;
  /** Null for all; what ends with `*` is a beginning. */
  readonly paths: readonly string[] | null;
  readonly status: number;
  readonly beforeAuth: boolean;
  /** Whether answers tell of it. */
  readonly headers: boolean;
}
