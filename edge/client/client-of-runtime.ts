// Who the client is where this router is itself a function, on Cloudflare or another Selvedge: what stands in front of it
// says so, and no client can say it in its place.

import type { Geo } from '../contract/geo.ts';
import type { Client } from './client.ts';
import { type Scheme, toldClient } from './read-client.ts';

const FIELDS = [
  ...['country', 'continent', 'isEUCountry', 'region', 'regionCode', 'city', 'postalCode'],
  ...['latitude', 'longitude', 'timezone', 'asn', 'asOrganization'],
] as const;

export function clientOfRuntime(request: Request, scheme: Scheme): Client {
  const { address, chain } = toldClient(request.headers.get('cf-connecting-ip'), scheme);
  const cf = (request as { cf?: Readonly<Record<string, unknown>> }).cf ?? {};
  const known = FIELDS.flatMap((field) => (cf[field] === undefined ? [] : [[field, cf[field]]]));
  const geo = known.length === 0 ? null : (Object.fromEntries(known) as Geo);
  return { ip: address ? chain : null, scheme, geo, proxied: false, chain };
}
