// One spelling of a path for comparison. `/%61dmin`, `/admin` and `/%61Dmin` mean two paths and not three: what need not be
// encoded is decoded, digits of what must stay encoded are in upper case, and what may not stand in a path is encoded.
// An encoded slash stays one: decoded, it would be another path.

const UNRESERVED = /[A-Za-z0-9._~-]/;
/** What RFC 3986 lets stand in a segment as it is, and the slash. */
const NOT_IN_PATH = /[^A-Za-z0-9._~!$&'()*+,;=:@/%-]/gu;

/** Of a path without its query. A `%` that begins no encoding is encoded itself. */
export function normalPath(path: string): string {
  if (PLAIN.test(path)) return path;
  return path
    .replace(NOT_IN_PATH, encodeOne)
    .replace(/%([0-9A-Fa-f]{2})?/g, (_, digits: string | undefined) => {
      if (digits === undefined) return '%25';
      const character = String.fromCharCode(Number.parseInt(digits, 16));
      return UNRESERVED.test(character) ? character : `%${digits.toUpperCase()}`;
    });
}

const PLAIN = /^[A-Za-z0-9._~!$&'()*+,;=:@/-]*$/;

/** Half of a surrogate pair has no UTF-8 form: it becomes U+FFFD, as it does in a URL. */
export function encodeOne(character: string): string {
  return encodeURIComponent(character.isWellFormed() ? character : '\ufffd');
}

/** Whether a part of a path would be taken for "here" or "up" by whoever resolves it. */
export function hasDotSegment(path: string): boolean {
  return normalPath(path)
    .split(/\/|%5C/)
    .some((segment) => segment === '.' || segment === '..');
}
