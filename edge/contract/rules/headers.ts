// Changes of headers: of what a function is sent, and of what the client gets.

import type { PathPattern } from '../path-pattern.ts';

/** What the router fills in. Those without a value, such as a country that nobody knows, are empty. */
export const VALUE_SOURCES = [
  'client.ip',
  'client.country',
  'client.continent',
  'client.region',
  'client.city',
  'client.asn',
  'client.scheme',
  'identity.subject',
  'request.id',
  'request.host',
  'request.path',
  'request.method',
] as const;
export type ValueSource = (typeof VALUE_SOURCES)[number];

/** Text, something of the request, or what `when.path` took. */
export type ValuePart = string | { readonly from: ValueSource } | { readonly capture: string };

export interface HeaderRuleEntry {
  readonly op: 'set' | 'append' | 'remove';
  /** In lower case. */
  readonly name: string;
  readonly value?: readonly ValuePart[];
  /** In place of `value`: a text with secrets, see rule-secret.ts. */
  readonly sealed?: string;
  readonly path?: PathPattern;
  /** Of the answer: first and last of each range in turn. */
  readonly statuses?: readonly number[];
}
