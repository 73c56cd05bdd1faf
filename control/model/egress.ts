// Where a function's own connections may go: nowhere, the public internet, or a list.

import { z } from 'zod';
import { EgressRuleFault, parseEgressRule } from './egress-rule.ts';
import * as limits from './limits.ts';

/** Room for the longest name there may be and a range of ports. */
const ruleLengthMax = 300;

export const egressRuleSchema = z
  .string()
  .min(1)
  .max(ruleLengthMax)
  .superRefine((text, context) => {
    try {
      parseEgressRule(text);
    } catch (error) {
      if (!(error instanceof EgressRuleFault)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

/**
 * - `none`: no connection at all.
 * - `public`: every public address, whatever its name and port.
 * - a list: what one of its rules names. A rule with a host opens the public addresses of that host; one with a
 *   network opens its addresses, and also hosts that another rule names and that resolve into it. Addresses that
 *   are not public need such a rule, and the operator's consent (`SELVEDGE_EGRESS_PRIVATE`).
 */
export const egressSchema = z.union([
  z.enum(['none', 'public']),
  z.array(egressRuleSchema).min(1).max(limits.egressRulesMax),
]);
export type Egress = 'none' | 'public' | readonly string[];
