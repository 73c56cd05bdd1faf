// Where a call wants to go. One parser, that of URLs, reads every spelling of a host; what it says is what is
// checked, resolved and sent.

import { type IpAddress, readAddress } from './ip-address.ts';
import { malformed } from './outbound-error.ts';

export interface Target {
  /** As in a URL: lower case, in ASCII, IPv6 in brackets. What the origin gets as `Host`, with the port. */
  readonly host: string;
  /** What rules are compared with: without brackets, without a dot at its end. */
  readonly name: string;
  readonly port: number;
  /** Set if the host is an address and no name. */
  readonly address: IpAddress | undefined;
}

export interface HttpTarget extends Target {
  readonly tls: boolean;
  /** Path and query. */
  readonly path: string;
  /** Host, and port if it is not the scheme's own. */
  readonly authority: string;
}

const SCHEMES: Readonly<Record<string, { tls: boolean; port: number }>> = {
  'http:': { tls: false, port: 80 },
  'ws:': { tls: false, port: 80 },
  'https:': { tls: true, port: 443 },
  'wss:': { tls: true, port: 443 },
};

/** @throws {OutboundError} FN_006 for what is no absolute URL that can be fetched. */
export function readHttpTarget(text: string): HttpTarget {
  const url = URL.parse(text);
  const scheme = url && SCHEMES[url.protocol];
  if (!url || !scheme || url.hostname === '') {
    throw malformed(`${show(text)} cannot be fetched: it must be a URL with http or https and a host.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw malformed(
      `The URL for ${url.host} holds a user name or a password, which are not sent: put them into an Authorization header.`,
    );
  }
  const port = url.port === '' ? scheme.port : Number(url.port);
  return {
    ...targetOf(url.hostname, port),
    tls: scheme.tls,
    path: `${url.pathname}${url.search}`,
    authority: url.host,
  };
}

/** @throws {OutboundError} FN_006 for what is not `host:port`. */
export function readAuthority(text: string): Target {
  const port = /^[^/?#@\\\s]+:(\d{1,5})$/.exec(text)?.[1];
  const url = port === undefined ? null : URL.parse(`http://${text}/`);
  if (!url)
    throw malformed(`${show(text)} cannot be connected to: it must be a host and a port from 1 to 65535.`);
  return targetOf(url.hostname, Number(port));
}

export const nameTarget = ({ host, port }: Pick<Target, 'host' | 'port'>): string => `"${host}:${port}"`;

function targetOf(host: string, port: number): Target {
  if (port < 1 || port > 65_535) {
    throw malformed(`"${host}:${port}" cannot be connected to: its port must be from 1 to 65535.`);
  }
  const name = host.replace(/^\[|\]$|\.$/g, '');
  return { host, name, port, address: readAddress(name) };
}

const show = (text: string): string => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
