// Whether a request that would change something was sent by a page that may do so. Pure.
//
// Browsers say where a request comes from, and pages cannot change what they say: `Sec-Fetch-Site`, and `Origin` on each
// request that is not GET or HEAD. Older ones say the second alone.

export interface CsrfQuestion {
  readonly method: string;
  /** Of the request: the host as it was asked for, and the scheme as far as it is known. */
  readonly host: string;
  readonly scheme: 'http' | 'https';
  readonly origin: string | null;
  readonly fetchSite: string | null;
  readonly cookie: boolean;
  /** It asks for a WebSocket. */
  readonly webSocket: boolean;
}

/** What only reads, and is to be answered to anybody's page. A WebSocket begins with GET, and the page has all that comes by it. */
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Undefined when it may, or why it may not. */
export function faultOfCsrf(asked: CsrfQuestion, isNamed: (origin: string) => boolean): string | undefined {
  const { cookie, fetchSite, method, origin, webSocket } = asked;
  if (SAFE.has(method) && !webSocket) return undefined;
  if (origin !== null && isNamed(origin)) return undefined;
  if (fetchSite === 'same-origin' || fetchSite === 'none') return undefined;
  if (fetchSite !== null) {
    return `it comes from ${origin ?? 'a page'}, which is another origin (Sec-Fetch-Site: ${fetchSite})`;
  }
  if (origin !== null)
    return isOwn(asked, origin) ? undefined : `it comes from ${origin}, which is another origin`;
  // Programs that are no browsers send neither, and have no cookies that a page could use.
  return cookie
    ? 'it has a cookie, and neither Origin nor Sec-Fetch-Site says where it comes from'
    : undefined;
}

/**
 * A proxy in front may have taken TLS off, so that https is the own origin of what came by http; never the other way
 * round, which would trust a page that anybody on the way could have written.
 */
function isOwn({ host, scheme }: CsrfQuestion, origin: string): boolean {
  const own = (of: string): string | undefined => URL.parse(`${of}://${host}`)?.origin;
  return origin === own('https') || (scheme === 'http' && origin === own('http'));
}
