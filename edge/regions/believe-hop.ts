// What another platform of the same owner says of a request that it passes on, if it is that platform.

import { HOP_HEADER } from '../contract/regions.ts';
import type { RouterEnv } from '../env.ts';
import { openRuleSecret } from '../rules/open-rule-secret.ts';
import { type Hop, readHop } from './hop.ts';
import type { KnownRegions } from './known-regions.ts';

/** Undefined for nearly all: their sender is whom the connection is from. */
export async function believeHop(
  regions: KnownRegions,
  env: RouterEnv,
  { headers, method }: Request,
): Promise<Hop | undefined> {
  const header = headers.get(HOP_HEADER);
  const { here } = regions;
  if (header === null || !here?.hopSecret) return undefined;
  const secret = await openRuleSecret(env, here.hopSecret);
  const asked = { method, host: headers.get('host') ?? '' };
  return readHop(secret, header, here.name, asked, Date.now());
}
