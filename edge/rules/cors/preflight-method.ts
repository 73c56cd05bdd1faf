// What makes a request a preflight: OPTIONS from a page, with the method of the request that is to follow.

/** That method; null for what is no preflight. */
export function preflightMethod({ headers, method }: Pick<Request, 'headers' | 'method'>): string | null {
  if (method !== 'OPTIONS' || !headers.has('origin')) return null;
  return headers.get('access-control-request-method');
}
