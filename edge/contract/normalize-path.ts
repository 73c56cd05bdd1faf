// A path as routes are matched by it. Two spellings that a handler, or the URL parser in front of it, takes for the same
// path are the same here: otherwise a rule for `/admin/*` would be got round by `/%61dmin/`, `/x/../admin/` or `\admin/`.
//
// As in RFC 3986, section 6.2.2: what needs no percent-encoding loses it, other encodings are in upper case, dot
// segments are resolved. As in the WHATWG URL standard: a backslash is a slash, tabs and line ends are nothing, and what
// is not ASCII is encoded. And as most handlers do, several slashes are one. What the function is sent is not changed.

const SUSPECT = /[\\%]|\/[./]|[^\x21-\x7e]/;
const ENCODED_SEPARATOR = /%2f|%5c/i;
const unreserved = /[A-Za-z0-9\-._~]/;

export function normalizePath(path: string): string {
  return SUSPECT.test(path) ? resolveSegments(decodeUnreserved(path)) : path;
}

/**
 * The path as a handler may understand it that decodes before it splits; undefined when that is no other. Which of the
 * two it is, nobody can tell from outside.
 */
export function pathDecoded(path: string): string | undefined {
  return ENCODED_SEPARATOR.test(path)
    ? resolveSegments(decodeUnreserved(path).replace(/%2F|%5C/g, '/'))
    : undefined;
}

function decodeUnreserved(path: string): string {
  return path
    .replace(/[\t\r\n]/g, '')
    .replaceAll('\\', '/')
    .replace(/[^\x21-\x7e]+/g, (text) => encodeURIComponent(text.toWellFormed()))
    .replace(/%([0-9A-Fa-f]{2})/g, (encoded, digits) => {
      const character = String.fromCharCode(Number.parseInt(digits, 16));
      return unreserved.test(character) ? character : encoded.toUpperCase();
    });
}

function resolveSegments(path: string): string {
  const segments: string[] = [];
  const all = path.slice(1).split('/');
  all.forEach((segment, at) => {
    const dots = segment === '.' || segment === '..';
    // Between two slashes there is a segment too, and it is what `..` takes away: `/a//..` is `/a/`.
    if (segment === '..') segments.pop();
    if (!dots) segments.push(segment);
    else if (at === all.length - 1) segments.push('');
  });
  return `/${segments.join('/')}`.replace(/\/{2,}/g, '/');
}
