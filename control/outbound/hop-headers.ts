// Which headers of a function's request its origin gets, and which of an answer the function: none that are the
// platform's own.

import { ERROR_HEADER } from '../../edge/contract/names.ts';
import { ORIGIN_FAULT_HEADER } from '../../edge/contract/origin.ts';
import { endToEndHeaders, pairs } from '../service/end-to-end-headers.ts';

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
  const kept = endToEndHeaders(raw, (name) => !ours.has(name) && !name.startsWith(PLATFORM_PREFIX));
  return ['Host', authority, ...kept, ...added, ...framing];
}

/**
 * Headers of a response for the function, or for a front. An origin cannot claim that the platform made it, unless it
 * is trusted as one, and never that it was not reached.
 */
export const responseHeaders = (raw: readonly string[], trusted = false): string[] =>
  endToEndHeaders(raw, (name) => name !== ORIGIN_FAULT_HEADER && (trusted || name !== ERROR_HEADER));
