// Reads what a proxy says in a header of the certificate that a client has shown to it. Pure.

import type { MtlsMethod } from '../contract/rules/auth.ts';

export interface ClientCertificate {
  readonly subject?: string;
  /** Hex in lower case, without colons. */
  readonly fingerprint?: string;
  /** Host names and URIs; see `alternativeName`. */
  readonly sans: readonly string[];
}

/**
 * A name by its kind, as rules have it without one: what has a colon is a URI, and what has none is a host. Names of other
 * kinds, and those that could be taken for another kind, are nobody's: an authority that gives everybody an email address
 * of his choice has not given him the host of that name.
 */
export function alternativeName(kind: string, name: string): string | undefined {
  const fits = kind.toLowerCase() === 'uri' ? name.includes(':') : !/[:/@]/.test(name) && name !== '';
  return fits && /^(uri|dns)$/i.test(kind) ? name : undefined;
}

/** Undefined for what cannot be read. */
export function readCertificate(format: MtlsMethod['format'], value: string): ClientCertificate | undefined {
  if (format === 'subject') return value === '' ? undefined : { subject: value, sans: [] };
  if (format === 'fingerprint') {
    const fingerprint = plainHex(value);
    return fingerprint === '' ? undefined : { fingerprint, sans: [] };
  }
  return readXfcc(value);
}

export const plainHex = (text: string): string => text.replaceAll(':', '').toLowerCase();

/** Why it is not one that is asked for; undefined if it is. */
export function certificateFault(
  { subject, fingerprint, sans }: ClientCertificate,
  rule: Pick<MtlsMethod, 'subjects' | 'fingerprints' | 'sans'>,
): string | undefined {
  if (rule.subjects && !(subject !== undefined && rule.subjects.includes(subject)))
    return 'the subject of the client certificate is none of those that are let in';
  if (rule.fingerprints && !(fingerprint !== undefined && rule.fingerprints.includes(fingerprint)))
    return 'the client certificate is none of those that are let in';
  if (rule.sans && !sans.some((name) => rule.sans?.includes(name)))
    return 'the names in the client certificate are none of those that are let in';
  return undefined;
}

/**
 * `X-Forwarded-Client-Cert` as Envoy writes it: certificates with commas, pairs with semicolons, values in quotes where
 * they have to be. The last certificate is the one that the nearest proxy has seen; those before it are hearsay.
 */
function readXfcc(value: string): ClientCertificate | undefined {
  const last = splitOutsideQuotes(value, ',').at(-1) ?? '';
  const found: { subject?: string; fingerprint?: string; sans: string[] } = { sans: [] };
  for (const pair of splitOutsideQuotes(last, ';')) {
    const equals = pair.indexOf('=');
    if (equals < 0) continue;
    const [key, text] = [pair.slice(0, equals).trim().toLowerCase(), unquoted(pair.slice(equals + 1).trim())];
    if (key === 'subject') found.subject = text;
    else if (key === 'hash') found.fingerprint = plainHex(text);
    else {
      const name = alternativeName(key, text);
      if (name !== undefined) found.sans.push(name);
    }
  }
  const { subject, fingerprint, sans } = found;
  return subject === undefined && fingerprint === undefined && sans.length === 0 ? undefined : found;
}

/** Within quotes, a backslash takes the meaning of what follows. */
export function splitOutsideQuotes(text: string, separator: string): string[] {
  const parts: string[] = [];
  let [start, quoted] = [0, false];
  for (let i = 0; i < text.length; i += 1) {
    if (text[i] === '\\' && quoted) i += 1;
    else if (text[i] === '"') quoted = !quoted;
    else if (text[i] === separator && !quoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}

const unquoted = (text: string): string =>
  text.startsWith('"') && text.endsWith('"') && text.length > 1
    ? text.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : text;
