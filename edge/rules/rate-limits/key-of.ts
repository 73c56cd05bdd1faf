// By what a limiter tells requests apart: the parts that its rule names, joined.

import type { KeyPart } from '../../contract/rules/rate-limits.ts';
import { cookieValue } from '../../traffic/visitor-cookie.ts';
import type { Visit } from '../visit.ts';
import { clientNetwork } from './client-network.ts';

/** Undefined where the request lacks one of the parts. */
export function keyOf(visit: Visit, parts: readonly KeyPart[]): string | undefined {
  const [first, ...others] = parts;
  if (first === undefined) return '';
  if (others.length === 0) return partOf(visit, first) ?? undefined;
  const values: string[] = [];
  for (const part of parts) {
    const value = partOf(visit, part);
    if (value === null) return undefined;
    values.push(value.replace(/[%|]/g, encodeURIComponent));
  }
  return values.join('|');
}

function partOf({ request, client, identity, admission, path }: Visit, part: KeyPart): string | null {
  switch (part.from) {
    case 'ip':
      return client.ip === null ? null : clientNetwork(client.ip);
    case 'header':
      return request.headers.get(part.name) || null;
    case 'cookie':
      return cookieValue(request.headers.get('cookie') ?? '', part.name) || null;
    case 'user':
      return identity?.subject ?? null;
    case 'key':
      return identity?.kind === 'api_key' ? identity.subject : admission.key;
    case 'country':
      return client.geo?.country ?? null;
    case 'path':
      return path;
  }
}
