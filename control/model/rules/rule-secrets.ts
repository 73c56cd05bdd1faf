// Secrets that rules name: `${secrets.NAME}` in a text that may hold one. Rules keep the name; control puts the value
// in its place, sealed, when the routing table is compiled.

import { z } from 'zod';
import { secretsNamedIn } from '../secret-reference.ts';

const WHOLE = /^\$\{secrets\.[A-Za-z_][A-Za-z0-9_]*\}$/;

/** Just a secret, for what may not stand in rules as it is: whoever may read a function would read it. */
export const secretReferenceSchema = z
  .string()
  .regex(
    WHOLE,
    `must name a secret of the function, as in \${secrets.NAME}: set it with POST /functions/<name>/env`,
  );

export interface PlacedText {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** What a function's rules are in: those of its own, and those of its routes. */
export interface RuleHolder {
  readonly rules: object;
  readonly routes: readonly { readonly rules?: object | undefined }[];
}

/** Every text in rules that is `wanted`, with where it is. */
export function textsOfRules({ rules, routes }: RuleHolder, wanted: (text: string) => boolean): PlacedText[] {
  return [
    ...textsIn(rules, ['rules']),
    ...routes.flatMap((route, index) => textsIn(route.rules, ['routes', index, 'rules'])),
  ].filter(({ text }) => wanted(text));
}

/** Every text that names a secret. */
export const textsWithSecrets = (holder: RuleHolder): PlacedText[] =>
  textsOfRules(holder, (text) => secretsNamedIn(text).length > 0);

/** Names of the secrets that the rules name, each once. */
export const secretsOfRules = (holder: RuleHolder): string[] => [
  ...new Set(textsWithSecrets(holder).flatMap(({ text }) => secretsNamedIn(text))),
];

function textsIn(value: unknown, path: PlacedText['path']): PlacedText[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (Array.isArray(value)) return value.flatMap((inner, index) => textsIn(inner, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, [...path, key]));
}
