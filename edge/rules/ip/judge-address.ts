// Whether an address may come. Pure.

import { readAddress } from '../../contract/ip-address.ts';
import type { IpEntry } from '../../contract/rules/ip.ts';
import { AddressSet } from './address-set.ts';

export type Verdict = 'denied' | 'not allowed' | 'allowed';

/** An address that is not known is on no list, so that a list of those who may come keeps it out. */
export function judgeOf({ allow, deny }: IpEntry): (ip: string | null) => Verdict {
  const allowed = allow && new AddressSet(allow);
  const denied = deny && new AddressSet(deny);
  return (ip) => {
    const address = ip === null ? undefined : readAddress(ip);
    if (address && denied?.has(address)) return 'denied';
    if (!allowed || (address && allowed.has(address))) return 'allowed';
    return 'not allowed';
  };
}
