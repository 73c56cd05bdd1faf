// What a tail shows of a request: its URL and headers, within bounds, and without what opens doors: what stands where
// rules look for it, and what looks like a credential wherever it stands.

import type { SeenRequest } from '../contract/front-api.ts';
import type { WithheldNames } from './withheld-names.ts';

/** Characters of all headers, and of the URL; beyond, headers are left out and the URL is cut. */
export const seenLengthMax = 8192;

const REDACTED = 'REDACTED';

/**
 * Keys of the platform and of visitors, and JWTs, within any text. It begins where a word does, or behind a
 * percent-encoding, so that a long text is looked through once.
 */
const CREDENTIAL =
  /(?:(?<![A-Za-z0-9_-])|(?<=%[0-9A-Fa-f]{2}))(?:(?:slv|svk)_[0-9A-Za-z]{40}(?![0-9A-Za-z])|eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)/g;

export function seenRequest(url: string, headers: Headers, withheld: WithheldNames): SeenRequest {
  const shown: Record<string, string> = {};
  let left = seenLengthMax;
  for (const [name, value] of headers) {
    if (name.startsWith('x-selvedge-')) continue;
    const text = withheld.headers.has(name) ? REDACTED : redacted(value);
    left -= name.length + text.length;
    if (left < 0) break;
    shown[name] = text;
  }
  // Cut last: half a credential does not look like one.
  return { url: seenUrl(url, withheld.parameters).slice(0, seenLengthMax), headers: shown };
}

function seenUrl(url: string, parameters: ReadonlySet<string>): string {
  const question = url.indexOf('?');
  if (question < 0) return redacted(url);
  const parts = url.slice(question + 1).split('&');
  return `${redacted(url.slice(0, question))}?${parts.map((part) => seenPart(part, parameters)).join('&')}`;
}

/** Other parameters keep the form in which they were sent. */
function seenPart(part: string, parameters: ReadonlySet<string>): string {
  const [[name, value] = ['', '']] = [...new URLSearchParams(part)];
  const opens = parameters.has(name) || redacted(value) !== value || redacted(name) !== name;
  return opens ? `${redacted(part.split('=', 1)[0] ?? '')}=${REDACTED}` : part;
}

const redacted = (text: string): string => text.replace(CREDENTIAL, REDACTED);
