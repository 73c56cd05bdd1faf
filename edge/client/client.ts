// Who sent a request, as far as it can be known without his word, and where he is.

import { addressText } from '../contract/address-text.ts';
import type { Geo } from '../contract/geo.ts';
import type { CfProperties } from './cf-object.ts';
import { clientOfRuntime } from './client-of-runtime.ts';
import { GeoFinder, type GeoSource } from './find-geo.ts';
import { NetworkList } from './network-list.ts';
import { type Peer, readClient, type Scheme } from './read-client.ts';

export interface Client {
  /** IPv4 or IPv6 as text, without a port; null when it cannot be known, as for control's own invocations. */
  readonly ip: string | null;
  readonly scheme: Scheme;
  /** Null when nothing is known of his address. */
  readonly geo: Geo | null;
  /** The connection itself comes from a proxy whose headers are believed. */
  readonly proxied: boolean;
  /** The client and the trusted proxies behind him, with commas. */
  readonly chain: string;
  /** A developer's, who pretends to be somebody. */
  readonly pretended?: true;
  /** What our own door for TLS tells of the connection, for `request.cf`; absent for others. */
  readonly connection?: CfProperties | undefined;
}

export interface ClientSource extends GeoSource {
  /** The runtime in front of us tells who the client is. */
  readonly CLIENT_TOLD?: true | undefined;
  /** Every client is this one, as a developer has it. */
  readonly CLIENT_PRETENDED?: PretendedClient | undefined;
}

/** Of calls that no request is made for. */
export const NO_CLIENT: Client = { ip: null, scheme: 'http', geo: null, proxied: false, chain: '' };

/** As workerd has it of a connection to the public door; with more than the address, of the TLS door. */
interface ConnectionCf {
  readonly clientIp?: unknown;
  readonly tlsVersion?: unknown;
}

export interface PretendedClient {
  readonly ip: string | null;
  readonly geo: Geo | null;
}

export class Clients {
  readonly #geo = new GeoFinder();
  #trusted = new NetworkList([]);
  #trustedList: readonly string[] = [];

  /** Of a request at the public door. `trusted` are the table's networks of proxies. */
  of(request: Request, trusted: readonly string[], source: ClientSource): Client | Promise<Client> {
    if (trusted !== this.#trustedList) {
      this.#trusted = new NetworkList(trusted);
      this.#trustedList = trusted;
    }
    const scheme = request.url.startsWith('https:') ? 'https' : 'http';
    if (source.CLIENT_TOLD) return clientOfRuntime(request, scheme);
    const cf = (request as { cf?: ConnectionCf }).cf;
    return this.place(
      readClient(cf?.clientIp, scheme, request.headers, this.#trusted),
      source,
      connectionOf(cf),
    );
  }

  /** Says where a peer is. It is a promise only when the geo service has to be asked. */
  place(peer: Peer, source: ClientSource, connection?: CfProperties): Client | Promise<Client> {
    if (source.CLIENT_PRETENDED) return pretend(peer, source.CLIENT_PRETENDED);
    const geo = peer.address ? this.#geo.find(peer.address, source) : null;
    const { scheme, proxied, chain } = peer;
    const client = {
      ip: peer.address ? addressText(peer.address) : null,
      scheme,
      proxied,
      chain,
      connection,
    };
    return geo instanceof Promise ? geo.then((found) => ({ ...client, geo: found })) : { ...client, geo };
  }
}

function pretend({ address, scheme }: Peer, { ip, geo }: PretendedClient): Client {
  const text = ip ?? (address ? addressText(address) : null);
  return { ip: text, scheme, geo, proxied: false, chain: text ?? '', pretended: true };
}

/** All of it but the address: nobody but the TLS door can write there. */
function connectionOf(cf: ConnectionCf | undefined): CfProperties | undefined {
  if (cf?.tlsVersion === undefined) return undefined;
  const { clientIp: _, ...connection } = cf;
  return connection as CfProperties;
}
