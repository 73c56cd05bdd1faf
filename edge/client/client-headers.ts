// What a function is told of its client in headers, in place of whatever the client says of himself. Pure.

import type { Client } from './client.ts';

/** Others that frameworks look at and that nobody here vouches for, not even a proxy. */
const NOBODY_VOUCHES: ReadonlySet<string> = new Set([
  ...['cf-connecting-ip', 'cf-connecting-ipv6', 'cf-pseudo-ipv4', 'cf-ipcountry', 'cf-visitor'],
  ...['x-real-ip', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded', 'forwarded', 'forwarded-for'],
  ...['true-client-ip', 'x-client-ip', 'x-cluster-client-ip', 'fastly-client-ip', 'fly-client-ip'],
]);
/** Which host and port a client asked a proxy for: nothing that we know, so a trusted proxy's word is kept. */
const OF_PROXIES: ReadonlySet<string> = new Set([
  ...[
    'x-forwarded-host',
    'x-forwarded-port',
    'x-forwarded-prefix',
    'x-forwarded-server',
    'x-forwarded-scheme',
  ],
  ...['x-forwarded-ssl', 'x-forwarded-protocol', 'front-end-https', 'x-url-scheme'],
]);

/** Whether a header that the client sent tells of the client. */
export const tellsOfClient = (name: string, proxied: boolean): boolean =>
  NOBODY_VOUCHES.has(name) || (!proxied && OF_PROXIES.has(name));

export function tellOfClient(headers: Headers, { ip, chain, scheme }: Client): void {
  headers.set('x-forwarded-proto', scheme);
  if (ip === null) return;
  headers.set('cf-connecting-ip', ip);
  headers.set('x-real-ip', ip);
  headers.set('x-forwarded-for', chain);
}
