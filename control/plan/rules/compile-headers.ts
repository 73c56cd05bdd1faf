// Changes of headers are cut up once; a preset becomes the changes that it stands for.

import { type PathPattern, readPathPattern } from '../../../edge/contract/path-pattern.ts';
import { MISSING_PREFIX, SEALED_PREFIX } from '../../../edge/contract/rule-secret.ts';
import type { HeaderRuleEntry, ValuePart } from '../../../edge/contract/rules/headers.ts';
import { readHeaderValue } from '../../model/rules/header-value.ts';
import { capturesOf, type HeaderChange, opOf } from '../../model/rules/headers.ts';
import { readStatusRange } from '../../model/rules/status-ranges.ts';

/** What costs no page anything that does not mean to be framed, sniffed or opened by strangers. */
const SECURE: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'strict-origin-when-cross-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

type When = Pick<HeaderRuleEntry, 'path' | 'statuses'>;

export function compileHeaders(changes: readonly HeaderChange[]): HeaderRuleEntry[] {
  return changes.flatMap((change): HeaderRuleEntry[] => {
    const when = compileWhen(change);
    if (change.preset) {
      return Object.entries(SECURE).map(([name, value]) => ({ op: 'set', name, value: [value], ...when }));
    }
    const done = opOf(change);
    if (!done) return [];
    const name = done.name.toLowerCase();
    if (change.value === undefined) return [{ op: done.op, name, ...when }];
    if (isSealed(change.value)) return [{ op: done.op, name, sealed: change.value, ...when }];
    const value = readHeaderValue(change.value, capturesOf(change), 'request') as ValuePart[];
    return [{ op: done.op, name, value, ...when }];
  });
}

/** It names a secret. */
const isSealed = (text: string): boolean => text.startsWith(SEALED_PREFIX) || text.startsWith(MISSING_PREFIX);

/** The schema has seen that all of it can be read. */
const compileWhen = ({ when }: HeaderChange): When => ({
  ...(when?.path !== undefined && { path: readPathPattern(when.path) as PathPattern }),
  ...(when?.status && { statuses: when.status.flatMap(readStatusRange) }),
});
