// What programs call themselves is compared in lower case, whatever way it is written.

import type { BotsEntry } from '../../../edge/contract/rules/bots.ts';
import type { BotsRules } from '../../model/rules/bots.ts';

/** Texts are compared in lower case. */
export const compileBots = (bots: BotsRules): BotsEntry => ({
  known: bots.known,
  deny: bots.deny.map((text) => text.toLowerCase()),
  allow: bots.allow.map((text) => text.toLowerCase()),
  emptyUserAgent: bots.empty_user_agent,
});
