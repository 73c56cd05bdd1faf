// Values of headers that rules set: text with places such as `${client.country}`.

import { VALUE_SOURCES, type ValuePart, type ValueSource } from '../../../edge/contract/rules/headers.ts';
import type { HeaderSide } from './header-name.ts';

const PLACE = /\$\{([^}]*)\}?/g;
const isSource = (name: string): name is ValueSource => (VALUE_SOURCES as readonly string[]).includes(name);

/**
 * The value's parts, or what is wrong with the text, to be read after "is ...: it". `captures` may be used as
 * `${path.name}`. A text that names secrets is one part: control puts them in and seals the whole before the table is
 * compiled, so that nothing else can be filled into it.
 */
export function readHeaderValue(
  text: string,
  captures: readonly string[],
  side: HeaderSide,
): ValuePart[] | string {
  // RFC 9110's field value, as far as it has one spelling everywhere: no control characters, and Latin-1 at most.
  if (/[^\t\x20-\x7e\xa0-\xff]/.test(text)) {
    return 'must have no line breaks, no other control characters, and nothing beyond Latin-1';
  }
  if (text !== text.trim()) return 'must not begin or end with white space, which is lost on the way';
  const parts: ValuePart[] = [];
  let at = 0;
  let secrets = false;
  for (const match of text.matchAll(PLACE)) {
    const [whole, name = ''] = match;
    const capture = /^path\.(\w+)$/.exec(name)?.[1];
    if (!whole.endsWith('}')) return 'has "$" and an opening brace without the closing one';
    if (match.index > at) parts.push(text.slice(at, match.index));
    if (SECRET.test(name)) secrets = true;
    else if (capture !== undefined && captures.includes(capture)) parts.push({ capture });
    else if (isSource(name)) parts.push({ from: name });
    else return `has "${whole}", and may have ${known(captures)}`;
    at = match.index + whole.length;
  }
  if (at < text.length) parts.push(text.slice(at));
  if (!secrets) return parts;
  if (side === 'response') return 'names a secret, which whoever is answered would read';
  if (parts.some((part) => typeof part !== 'string'))
    return 'names a secret beside something that is filled in for each request';
  return [text];
}

const SECRET = /^secrets\.[A-Za-z_][A-Za-z0-9_]*$/;

const known = (captures: readonly string[]): string =>
  [...VALUE_SOURCES, ...captures.map((name) => `path.${name}`)].map((name) => `\${${name}}`).join(', ');
