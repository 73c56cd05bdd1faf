// Where the answer to a request would be stored, and whether it is somebody's own.

import { type CachePlace, cacheKeyLengthMax } from '../../contract/cache.ts';
import type { CacheEntry } from '../../contract/rules/cache.ts';
import { choiceOf } from '../../dispatch/choice-of.ts';
import type { Visit } from '../visit.ts';
import { cacheKey, editsInKey, purgeUrl } from './cache-key.ts';

export interface PlaceOf {
  readonly place: CachePlace;
  /** The request says who it is from, and the key does not. */
  readonly personal: boolean;
}

/**
 * Undefined for a key that is too long. The key leaves here as a hash: rules put secrets into headers of the function, and
 * those are in it, as are claims and cookies of visitors. The cache writes keys to the disk, and traces show them.
 *
 * @throws {PlatformError} FN_001 when no version answers, as without a cache.
 */
export async function placeOf(rule: CacheEntry, visit: Visit): Promise<PlaceOf | undefined> {
  const { request, target, admission } = visit;
  const by = visit.origin ?? versionOf(rule, visit);
  const who = rule.key.identity ? await identityOf(visit) : null;
  const key = cacheKey(rule.key, {
    url: request.url,
    seenUrl: visit.url,
    by,
    function: target.entry.id,
    header: (name) => request.headers.get(name),
    edits: editsInKey(visit.requestHeaders),
    country: visit.client.geo?.country ?? null,
    identity: who,
  });
  if (key.length > cacheKeyLengthMax) return undefined;
  const known =
    visit.identity !== null ||
    admission.key !== null ||
    request.headers.has('authorization') ||
    // The platform takes it for a credential, and a function of its own may too.
    request.headers.has('x-api-key');
  return {
    place: {
      function: target.entry.id,
      project: target.entry.project,
      key: await sha256(key),
      url: purgeUrl(request.url, rule.key.query),
    },
    personal: known && !rule.key.identity,
  };
}

/** One that somebody asked for, by a header or a host, is never mixed with others. */
function versionOf({ key }: CacheEntry, visit: Visit): string | null {
  const { version, told } = choiceOf(visit);
  return key.version || visit.target.version !== null || told?.version !== undefined ? version.version : null;
}

/** Credentials that nobody has checked are those of whoever sends them: as a hash, as keys are stored. */
async function identityOf({ identity, admission, request }: Visit): Promise<string | null> {
  if (identity) return `${identity.kind} ${identity.subject}`;
  if (admission.key !== null) return `platform ${admission.key}`;
  const authorization = request.headers.get('authorization');
  if (authorization !== null) return `authorization ${await sha256(authorization)}`;
  const apiKey = request.headers.get('x-api-key');
  return apiKey === null ? null : `x-api-key ${await sha256(apiKey)}`;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
