// The step that keeps addresses out.

import { readAddress } from '../../contract/ip-address.ts';
import type { IpEntry } from '../../contract/rules/ip.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Step, StepMaker } from '../step.ts';
import { AddressSet } from './address-set.ts';

export const ipStep: StepMaker = { name: 'ip', prepare: ({ ip }) => ip && keepOut(ip) };

type Verdict = 'denied' | 'not allowed' | 'allowed';

function keepOut(entry: IpEntry): Step {
  const judge = judgeOf(entry);
  return ({ client: { ip }, trace }) => {
    const verdict = judge(ip);
    trace.note('ip', verdict === 'allowed' ? `${ip} may come` : `${ip} may not come: ${verdict}`, { ip });
    if (verdict === 'allowed') return undefined;
    // Nothing is said of the list: whoever is kept out would learn from it whom to be.
    throw new PlatformError('FN_009', 403, `Requests from ${ip ?? 'an unknown address'} are not taken here.`);
  };
}

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
