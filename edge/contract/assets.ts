// What control tells the worker that serves a version's static assets. No imports, as in `names.ts`.

/** Path with a leading slash, decoded; hash of the content, which is its ETag too; content type, null for none. */
export type AssetEntry = readonly [path: string, hash: string, contentType: string | null];

/** As Cloudflare's two workers for assets take it. */
export interface ServedAssetsConfig {
  readonly assets: AssetWorkerConfig;
  readonly router: RouterWorkerConfig;
}

export interface AssetWorkerConfig {
  readonly compatibility_date: string;
  readonly compatibility_flags: readonly string[];
  readonly html_handling?: string;
  readonly not_found_handling?: string;
  readonly redirects?: RedirectRules;
  readonly headers?: HeaderRules;
  readonly has_static_routing: boolean;
}

export interface RouterWorkerConfig {
  readonly has_user_worker: boolean;
  readonly invoke_user_worker_ahead_of_assets?: boolean;
  /** Patterns with `*` alone; one of `asset_worker` goes before all of `user_worker`. */
  readonly static_routing?: {
    readonly user_worker: readonly string[];
    readonly asset_worker?: readonly string[];
  };
}

/** Of a `_redirects` file. Of two rules for a path, the one of the lower line is taken. */
export interface RedirectRules {
  readonly version: 1;
  readonly staticRules: Readonly<Record<string, RedirectRule & { readonly lineNumber: number }>>;
  /** With splats and placeholders, in the file's order. */
  readonly rules: Readonly<Record<string, RedirectRule>>;
}

export interface RedirectRule {
  readonly status: number;
  readonly to: string;
}

/** Of a `_headers` file, in its order. */
export interface HeaderRules {
  readonly version: 2;
  readonly rules: Readonly<
    Record<string, { readonly set?: Readonly<Record<string, string>>; readonly unset?: readonly string[] }>
  >;
}
