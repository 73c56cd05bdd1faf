// Whether a program may come, by what it calls itself. Pure.

import { isbot } from 'isbot';
import type { BotsEntry } from '../../contract/rules/bots.ts';

/** Characters of a `User-Agent` that are looked at; browsers send some 150. */
export const userAgentSeenMax = 1024;

export interface AgentVerdict {
  readonly allowed: boolean;
  readonly why: string;
}

export function judgeAgent(
  { known, deny, allow, emptyUserAgent }: BotsEntry,
  agent: string | null,
): AgentVerdict {
  const seen = (agent ?? '').trim().slice(0, userAgentSeenMax);
  if (seen === '') return { allowed: emptyUserAgent === 'allow', why: 'it does not say what it is' };
  const lower = seen.toLowerCase();
  const has = (text: string): boolean => lower.includes(text);
  const allowing = allow.find(has);
  if (allowing !== undefined) return { allowed: true, why: `"${allowing}" is let in` };
  const denying = deny.find(has);
  if (denying !== undefined) return { allowed: false, why: `"${denying}" is kept out` };
  if (known && isbot(seen)) return { allowed: false, why: 'it is on the list of known bots' };
  return { allowed: true, why: 'nothing is known against it' };
}
