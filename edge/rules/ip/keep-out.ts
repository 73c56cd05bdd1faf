// The step that keeps addresses out.

import type { IpEntry } from '../../contract/rules/ip.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Step, StepMaker } from '../step.ts';
import { judgeOf } from './judge-address.ts';

export const ipStep: StepMaker = { name: 'ip', prepare: ({ ip }) => ip && keepOut(ip) };

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
