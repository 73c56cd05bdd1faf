// Which answers are pages that can be changed, and what of their headers no longer holds then. Pure.

/** Why an answer is passed on as it is; undefined for a page. */
export function whyNoPage(
  method: string,
  status: number,
  headers: Headers,
  hasBody: boolean,
): string | undefined {
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'text/html' && type !== 'application/xhtml+xml')
    return `it is ${type || 'of no type'}, and no HTML`;
  if (method === 'HEAD') return 'HEAD has no body';
  if (status === 206) return 'it is a part of a page';
  if (!hasBody) return `it has no body (${status})`;
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity') {
    return `it is encoded (${encoding}) though it was asked for as it is`;
  }
  return undefined;
}

/** What is said of the bytes is said of others. A weak ETag says that the two pages mean the same. */
export function adaptHeaders(headers: Headers): void {
  for (const name of [
    'content-length',
    'accept-ranges',
    'content-md5',
    'digest',
    'content-digest',
    'repr-digest',
  ]) {
    headers.delete(name);
  }
  const etag = headers.get('etag');
  if (etag !== null && !etag.startsWith('W/')) headers.set('etag', `W/${etag}`);
}
