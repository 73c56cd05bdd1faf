// What a tail shows of a request: its URL and headers, within bounds, and without what opens doors.

import type { SeenRequest } from '../contract/front-api.ts';

/** Characters of all headers, and of the URL; beyond, headers are left out and the URL is cut. */
export const seenLengthMax = 8192;

const WITHHELD = new Set(['authorization', 'proxy-authorization', 'cookie', 'x-api-key']);
const REDACTED = 'REDACTED';

export function seenRequest(url: string, headers: Headers): SeenRequest {
  const shown: Record<string, string> = {};
  let left = seenLengthMax;
  for (const [name, value] of headers) {
    if (name.startsWith('x-selvedge-')) continue;
    const text = WITHHELD.has(name) ? REDACTED : value;
    left -= name.length + text.length;
    if (left < 0) break;
    shown[name] = text;
  }
  return { url: url.slice(0, seenLengthMax), headers: shown };
}
