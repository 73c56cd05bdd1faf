// Headers that concern one connection and not the message, and those that are the platform's own. Raw headers are
// flat lists of names and values, as Node gives them: what is passed on keeps its case, order and repetitions.

import { ERROR_HEADER } from '../../edge/contract/names.ts';
import { ORIGIN_FAULT_HEADER } from '../../edge/contract/origin.ts';

const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const PLATFORM_PREFIX = 'x-selvedge-';

/**
 * Headers of a request for its origin. `Host` is the URL's, whatever the function said, or a rule for one host
 * would open every other that shares its address. What is added takes the place of headers of these names.
 */
export function requestHeaders(
  raw: readonly string[],
  authority: string,
  framing: readonly string[],
  added: readonly string[] = [],
): string[] {
  // Node has answered `Expect: 100-continue` already, and the length is told again below.
  const names = [...pairs(added)].map(([name]) => name.toLowerCase());
  const ours = new Set(['host', 'expect', 'content-length', ...names]);
  const kept = keep(raw, (name) => !ours.has(name) && !name.startsWith(PLATFORM_PREFIX));
  return ['Host', authority, ...kept, ...added, ...framing];
}

/**
 * Headers of a response for the function, or for a front. An origin cannot claim that the platform made it, unless it
 * is trusted as one, and never that it was not reached.
 */
export const responseHeaders = (raw: readonly string[], trusted = false): string[] =>
  keep(raw, (name) => name !== ORIGIN_FAULT_HEADER && (trusted || name !== ERROR_HEADER));

function keep(raw: readonly string[], wanted: (name: string) => boolean): string[] {
  const named = new Set<string>();
  for (const [name, value] of pairs(raw)) {
    if (name.toLowerCase() !== 'connection') continue;
    for (const one of value.split(',')) named.add(one.trim().toLowerCase());
  }
  const kept: string[] = [];
  for (const [name, value] of pairs(raw)) {
    const lower = name.toLowerCase();
    if (!HOP.has(lower) && !named.has(lower) && wanted(lower)) kept.push(name, value);
  }
  return kept;
}

function* pairs(raw: readonly string[]): Generator<[string, string]> {
  for (let at = 0; at + 1 < raw.length; at += 2) yield [String(raw[at]), String(raw[at + 1])];
}
