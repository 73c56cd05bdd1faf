// Who sent a request, as far as it can be known without his word: the address that the connection comes from.

import type { Geo } from '../contract/geo.ts';

export interface Client {
  /** IPv4 or IPv6 as text, without a port; null when it cannot be known, as for control's own invocations. */
  readonly ip: string | null;
  readonly scheme: 'http' | 'https';
  /** Null when nothing is known of his address. */
  readonly geo: Geo | null;
  /** The peer itself is a proxy whose headers are believed. */
  readonly proxied: boolean;
}

/** What workerd tells of the connection: `203.0.113.7:40123`, `[2001:db8::1]:40123`. */
export function readPeer(peer: unknown): string | null {
  if (typeof peer !== 'string') return null;
  const match = /^\[?([0-9a-fA-F.:]+?)\]?:\d+$/.exec(peer);
  return match?.[1] ?? null;
}

export function clientOf(request: Request): Client {
  const peer = (request as { cf?: { clientIp?: unknown } }).cf?.clientIp;
  const scheme = request.url.startsWith('https:') ? 'https' : 'http';
  return { ip: readPeer(peer), scheme, geo: null, proxied: false };
}
