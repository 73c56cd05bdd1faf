// A path that is put together of what a rule says and what a visitor sent, made fit to stand in a URL and a header: nothing
// of it ends a line, begins a query, or is taken for "here" or "up".

/** What RFC 3986 lets stand in a segment as it is, and the slash. */
const NOT_IN_PATH = /[^A-Za-z0-9._~!$&'()*+,;=:@/%-]/gu;

/** Of a path without its query. A `%` that begins no encoding is encoded itself. */
export const encodePath = (path: string): string =>
  path.replace(NOT_IN_PATH, encodeOne).replace(/%(?![0-9A-Fa-f]{2})/g, '%25');

/** Half of a surrogate pair has no UTF-8 form: it becomes U+FFFD, as it does in a URL. */
export const encodeOne = (character: string): string =>
  encodeURIComponent(character.isWellFormed() ? character : '\ufffd');

/** Also for a handler that decodes a path before it takes it apart: `..%2Fsecret` has one. */
export const hasDotSegment = (path: string): boolean =>
  path.split(/\/|\\|%2f|%5c/i).some((segment) => /^(\.|%2e){1,2}$/i.test(segment));
