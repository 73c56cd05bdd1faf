// `Cache-Status` (RFC 9211): what the cache has done with a request, for whoever looks at the answer.

export interface Handling {
  /** Seconds of freshness that are left; only with a hit. */
  readonly hit?: number;
  readonly fwd?: 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'stale' | 'request';
  readonly fwdStatus?: number | undefined;
  readonly stored?: boolean;
  readonly collapsed?: boolean | undefined;
  readonly detail?: string | undefined;
}

export function cacheStatus({ hit, fwd, fwdStatus, stored, collapsed, detail }: Handling): string {
  const parts = [
    ...(hit === undefined ? [] : ['hit', `ttl=${hit}`]),
    ...(fwd === undefined ? [] : [`fwd=${fwd}`]),
    ...(fwdStatus === undefined ? [] : [`fwd-status=${fwdStatus}`]),
    ...(stored === true ? ['stored'] : []),
    ...(collapsed === true ? ['collapsed'] : []),
    ...(detail === undefined ? [] : [`detail=${detail}`]),
  ];
  return ['selvedge', ...parts].join('; ');
}

export const CACHE_STATUS_HEADER = 'cache-status';
