// Values of headers that name secrets.

import type { HeaderRuleEntry } from '../../contract/rules/headers.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import { openRuleSecret } from '../open-rule-secret.ts';
import type { Visit } from '../visit.ts';

/** RFC 9110's field value; a secret may be anything. */
const FIELD_VALUE = /^[\x21-\x7e\x80-\xff]([\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;

/**
 * By the sealed text.
 *
 * @throws {PlatformError} SYS_001 for a secret that is gone, or that cannot stand in a header.
 */
export async function openValues(
  rules: readonly HeaderRuleEntry[],
  { env }: Visit,
): Promise<ReadonlyMap<string, string>> {
  const opened = new Map<string, string>();
  for (const { name, sealed } of rules) {
    if (sealed === undefined) continue;
    const value = await openRuleSecret(env, sealed);
    if (!FIELD_VALUE.test(value)) throw unfit(name);
    opened.set(sealed, value);
  }
  return opened;
}

const unfit = (name: string): PlatformError =>
  new PlatformError(
    'SYS_001',
    500,
    `The secret that a rule of this function puts into the header ${name} has line breaks, or something else that no header may have: its owner has to set it again.`,
  );
