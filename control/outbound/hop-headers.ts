// Which headers of a function's request its origin gets, and which of an answer the function: none that are the
// platform's own.

import { ERROR_HEADER } from '../../edge/contract/names.ts';
import { endToEndHeaders } from '../service/end-to-end-headers.ts';

const PLATFORM_PREFIX = 'x-selvedge-';

/**
 * Headers of a request for its origin. `Host` is the URL's, whatever the function said, or a rule for one host
 * would open every other that shares its address.
 */
export function requestHeaders(
  raw: readonly string[],
  authority: string,
  framing: readonly string[],
): string[] {
  // Node has answered `Expect: 100-continue` already, and the length is told again below.
  const ours = new Set(['host', 'expect', 'content-length']);
  const kept = endToEndHeaders(raw, (name) => !ours.has(name) && !name.startsWith(PLATFORM_PREFIX));
  return ['Host', authority, ...kept, ...framing];
}

/** Headers of a response for the function. An origin cannot claim that the platform made it. */
export const responseHeaders = (raw: readonly string[]): string[] =>
  endToEndHeaders(raw, (name) => name !== ERROR_HEADER);
