// Cache-Control, and the fields that are written like it (RFC 9111 section 5.2, RFC 9213). Names are in any case, values
// may be quoted, and a comma within quotes separates nothing.

/** By name in lower case; true for one without a value. */
export type Directives = ReadonlyMap<string, string | true>;

/** 2^31: what is longer may be taken for it (RFC 9111 section 1.2.2). */
export const secondsMax = 2_147_483_648;

const DIRECTIVE = /^([!#$%&'*+.^_`|~0-9a-z-]+)(?:=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]*)))?(?:\s*;.*)?$/i;

export function parseDirectives(text: string | null): Directives {
  const directives = new Map<string, string | true>();
  for (const part of splitAtCommas(text ?? '')) {
    const [, name, quoted, token] = DIRECTIVE.exec(part) ?? [];
    if (name === undefined) continue;
    const key = name.toLowerCase();
    const value = quoted?.replace(/\\(.)/g, '$1') ?? token ?? true;
    // Of two that say different times, the shorter one is believed.
    directives.set(key, stricter(directives.get(key), value));
  }
  return directives;
}

/**
 * Seconds of a directive; undefined when it is not there. One that is no number counts as 0: whoever wrote it meant a
 * limit, and what is past its limit is asked for again.
 */
export function secondsOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  return value !== true && /^\d+$/.test(value) ? Math.min(Number(value), secondsMax) : 0;
}

function stricter(before: string | true | undefined, now: string | true): string | true {
  if (before === undefined) return now;
  const [a, b] = [Number(before), Number(now)];
  if (before === true || now === true || !Number.isFinite(a) || !Number.isFinite(b)) return before;
  return a <= b ? before : now;
}

function splitAtCommas(text: string): string[] {
  const parts: string[] = [];
  let [start, quoted] = [0, false];
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted && char === '\\') at += 1;
    else if (char === '"') quoted = !quoted;
    else if (char === ',' && !quoted) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(text.slice(start).trim());
  return parts;
}
