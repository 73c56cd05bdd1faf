// Where a function's own connections may go: nowhere, the public internet, or a list.

import { z } from 'zod';
import * as limits from './limits.ts';

/** `api.example.com`, `*.example.com:443`, `10.1.0.0/16:5432`, `[fd00::]/8`; without a port, any port. */
const egressRuleSchema = z.string().min(1).max(300);

export const egressSchema = z.union([
  z.enum(['none', 'public']),
  z.array(egressRuleSchema).min(1).max(limits.egressRulesMax),
]);
export type Egress = 'none' | 'public' | readonly string[];
