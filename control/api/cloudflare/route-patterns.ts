// Routes as Cloudflare writes them, and as they are here. Pure.

import { createHash } from 'node:crypto';
import { routeSchema } from '../../model/function.ts';
import { CloudflareError, CODES } from './cloudflare-error.ts';

/**
 * `*example.com/*` is the host and all below it, which are two routes here; a pattern without a path is the root alone,
 * and the scheme makes no difference.
 */
export function routePatterns(given: string): string[] {
  const plain = given.replace(/^https?:\/\//i, '');
  const slash = plain.indexOf('/');
  const host = (slash < 0 ? plain : plain.slice(0, slash)).toLowerCase();
  const path = slash < 0 ? '/' : plain.slice(slash);
  if (host === '') throw refused(given, 'has no host: name one, or "*" for any');
  if (/[?#]/.test(path)) throw refused(given, 'has a query or a fragment: end it with the path');
  if (path.slice(0, -1).includes('*'))
    throw refused(given, 'has a "*" within its path: only the end may be one');
  const hosts = /^\*[^.]/.test(host) ? [host.slice(1), `*.${host.slice(1)}`] : [host];
  return hosts.map((one) => {
    const pattern = one + path;
    if (routeSchema.safeParse({ pattern }).success) return pattern;
    throw refused(given, 'is no host and path, as in "api.example.com/users/*"');
  });
}

const refused = (given: string, why: string): CloudflareError =>
  new CloudflareError(CODES.invalid, 'FN_006', `The route "${given.slice(0, 200)}" ${why}.`);

/** A host is its own zone here, and so is each domain above it. */
export const zoneIdOf = (name: string): string =>
  createHash('sha256').update(`zone ${name}`).digest('hex').slice(0, 32);

/** Ids of the zones that a route's host is in. */
export function zonesOf(pattern: string): string[] {
  const host = pattern.slice(0, pattern.indexOf('/')).replace(/:\d+$/, '').replace(/^\*\./, '');
  const labels = host.split('.');
  return labels.map((_, index) => zoneIdOf(labels.slice(index).join('.')));
}
