// Who a request comes from: the address, and how it came. What a stranger writes about himself is never believed. Only
// what a proxy says that the operator trusts is, and of a chain of them as much as trusted proxies have written.
// docs/design/geo.md says how the chain is read. Pure.

import { addressText } from '../contract/address-text.ts';
import { type Address, readAddress } from '../contract/ip-address.ts';
import type { NetworkList } from './network-list.ts';
import { readHop } from './read-hop.ts';

export type Scheme = 'http' | 'https';

export interface Peer {
  /** Undefined where it cannot be known; then there is nobody to trust either. */
  readonly address: Address | undefined;
  readonly scheme: Scheme;
  /** The client and the trusted proxies behind him: an `x-forwarded-for` of nothing but what is known. */
  readonly chain: string;
  /** The connection comes from a trusted proxy. */
  readonly proxied: boolean;
}

/** Addresses of a chain that are looked at, from its end: of a longer one the last that is looked at is the client. */
export const forwardedHopsMax = 20;
/** Characters of a chain that are looked at, from its end. */
export const forwardedLengthMax = 2048;

export const NOBODY: Peer = { address: undefined, scheme: 'http', chain: '', proxied: false };

/** `connection` is as workerd has it, with a port: `127.0.0.1:42522`, `[::ffff:127.0.0.1]:45438`. */
export function readClient(
  connection: unknown,
  scheme: Scheme,
  headers: Pick<Headers, 'get'>,
  trusted: NetworkList,
): Peer {
  const address = typeof connection === 'string' ? readHop(connection) : undefined;
  if (!address) return { ...NOBODY, scheme };
  if (!trusted.has(address)) return { address, scheme, chain: addressText(address), proxied: false };
  return {
    ...walk(address, headers.get('x-forwarded-for'), trusted),
    scheme: schemeOf(headers.get('x-forwarded-proto')) ?? scheme,
    proxied: true,
  };
}

/**
 * From the right: each proxy has added whom it was asked by. The first that is no trusted proxy is the client, and what
 * is left of it is what he says. What is no address ends the walk, as whoever wrote it cannot be known.
 */
function walk(peer: Address, header: string | null, trusted: NetworkList): Pick<Peer, 'address' | 'chain'> {
  let address = peer;
  let chain = addressText(peer);
  if (header === null) return { address, chain };
  for (const text of lastHops(header)) {
    const hop = readHop(text.trim());
    if (!hop) break;
    address = hop;
    chain = `${addressText(hop)}, ${chain}`;
    if (!trusted.has(hop)) break;
  }
  return { address, chain };
}

/** The last one first. */
function lastHops(header: string): string[] {
  const hops = header.slice(-forwardedLengthMax).split(',');
  if (header.length > forwardedLengthMax) hops.shift(); // A part of an address may look like another one.
  return hops.slice(-forwardedHopsMax).reverse();
}

/** The one that the proxy next to us wrote. */
function schemeOf(header: string | null): Scheme | undefined {
  const last = header
    ?.slice(header.lastIndexOf(',') + 1)
    .trim()
    .toLowerCase();
  return last === 'http' || last === 'https' ? last : undefined;
}

/**
 * For doors whose sockets are the platform's own, so that nobody else can write there: the one for TLS, the one of
 * control, the one of functions that call each other. They say whom they were asked by.
 */
export function toldClient(address: string | null, scheme: Scheme): Peer {
  const told = address === null ? undefined : readAddress(address);
  return told ? { address: told, scheme, chain: addressText(told), proxied: false } : { ...NOBODY, scheme };
}
