// `request.cf` as a function sees it: where its client is, how he came, and at which region of the platform. Pure.

import type { Client } from './client.ts';

/** Of this machine where its operator names no region. */
export const REGION_DEFAULT = 'local';
/** Fronts speak no other with clients; the TLS door says what it does. */
const HTTP_PROTOCOL = 'HTTP/1.1';

export function cfObject(
  { geo, connection }: Pick<Client, 'geo' | 'connection'>,
  colo: string,
): CfProperties {
  return { ...geo, colo, httpProtocol: HTTP_PROTOCOL, ...connection };
}

export type CfProperties = Record<string, unknown>;
