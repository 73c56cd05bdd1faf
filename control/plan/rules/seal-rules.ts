// Rules as they may stand in the routing table: each text that names a secret is sealed, or marked as lacking it. A mark
// opens nothing, where the text itself, which anybody may know, could be taken for the secret.

import { MISSING_PREFIX, SEALED_PREFIX } from '../../../edge/contract/rule-secret.ts';
import { type PlacedText, type RuleHolder, textsOfRules } from '../../model/rules/rule-secrets.ts';
import { expandSecrets, secretsNamedIn } from '../../model/secret-reference.ts';

export function sealRules<T extends RuleHolder>(
  holder: T,
  secretNamed: (name: string) => string | undefined,
  seal: (text: string) => string,
): T {
  const sealText = (text: string): string => {
    const names = secretsNamedIn(text);
    if (names.length === 0) return text;
    const missing = names.find((name) => secretNamed(name) === undefined);
    if (missing !== undefined) return MISSING_PREFIX + missing;
    return seal(expandSecrets(text, (name) => secretNamed(name) ?? ''));
  };
  return {
    ...holder,
    rules: mapTexts(holder.rules, sealText),
    routes: holder.routes.map((route) =>
      route.rules ? { ...route, rules: mapTexts(route.rules, sealText) } : route,
    ),
  };
}

/** Texts that look as if control had made them: from anybody else they are refused. */
export const forgedTexts = (holder: RuleHolder): PlacedText[] =>
  textsOfRules(holder, (text) => text.startsWith(SEALED_PREFIX) || text.startsWith(MISSING_PREFIX));

function mapTexts<T>(value: T, change: (text: string) => string): T {
  const map = (inner: unknown): unknown => {
    if (typeof inner === 'string') return change(inner);
    if (Array.isArray(inner)) return inner.map(map);
    if (typeof inner !== 'object' || inner === null) return inner;
    return Object.fromEntries(Object.entries(inner).map(([key, value]) => [key, map(value)]));
  };
  return map(value) as T;
}
