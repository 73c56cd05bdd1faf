// Networks become ranges that are sorted and apart, so that the router finds an address among 10,000 in a dozen looks.

import type { IpEntry } from '../../../edge/contract/rules/ip.ts';
import type { IpRules } from '../../model/rules/ip.ts';
import { rangesOf } from '../../model/rules/ip-ranges.ts';

export const compileIp = ({ allow, deny }: IpRules): IpEntry => ({
  ...(allow && { allow: rangesOf(allow) }),
  ...(deny && { deny: rangesOf(deny) }),
});
