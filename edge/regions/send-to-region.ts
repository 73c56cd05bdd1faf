// Sends a request to the endpoint of a region. A region with a secret is a platform of the same owner: it gets the
// request as the client sent it, applies its own rules, and is told who the client is. Any other endpoint gets what the
// function would get.

import { OVERRIDES_HEADER, VERSION_HEADER } from '../contract/names.ts';
import { HOP_HEADER, type RegionEntry } from '../contract/regions.ts';
import { type OutgoingRequest, prepareRequest } from '../dispatch/prepare-request.ts';
import { wayOf } from '../origin/answer-from-origin.ts';
import { carryToOrigin } from '../origin/carry-to-origin.ts';
import { type OriginOutcome, sendToOrigin } from '../origin/send-to-origin.ts';
import { splitUrl } from '../route/split-url.ts';
import { openRuleSecret } from '../rules/open-rule-secret.ts';
import type { Visit } from '../rules/visit.ts';
import { signHop } from './hop.ts';

/** `ask` has the region asked first whether it is there. */
export async function sendToRegion(
  visit: Visit,
  request: Request,
  region: RegionEntry,
  endpoint: string,
  ask: boolean,
): Promise<OriginOutcome> {
  const { env, ctx } = visit;
  const { entry } = visit.target;
  const secret = region.hopSecret === null ? null : await openRuleSecret(env, region.hopSecret);
  const outgoing = prepare(visit, request, endpoint, secret !== null);
  const host = visit.request.headers.get('host') ?? '';
  const way = wayOf(entry, visit.request, 'region');
  const to = {
    ...{ ...way, host },
    ...(secret !== null && { trusted: true as const }),
    headers: { ...way.headers, ...(secret !== null && (await hopOf(visit, secret, region.name, host))) },
  };
  if (ask) {
    const there = await sendToOrigin(env, outgoing.url, { method: 'GET' }, { ...to, connectOnly: true });
    if ('failure' in there) return there;
  }
  const carried = carryToOrigin({ env, ctx, request }, outgoing, outgoing.url, to, bytesMaxOf(visit));
  return orGivenUp(visit, region, outgoing, carried);
}

const bytesMaxOf = ({ target, bodyBytesMax }: Visit): number =>
  Math.min(target.entry.requestBytesMax, bodyBytesMax ?? Infinity);

/** What the region answers, or that it has been given up meanwhile. */
async function orGivenUp(
  { front }: Visit,
  { name }: RegionEntry,
  { body }: OutgoingRequest,
  carried: Promise<OriginOutcome>,
): Promise<OriginOutcome> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const stop = front.regions.whileWaiting(name, resolve);
  try {
    const first = await Promise.race([carried, promise]);
    if (typeof first !== 'string') return first;
    body?.giveUp();
    carried.catch(() => undefined); // Nobody waits for it any more.
    return { failure: { fault: 'unanswered', code: 'FN_010', reason: first } };
  } finally {
    stop();
  }
}

/** Headers of the client that only a platform understands, and a credential has to vouch for there as here. */
const WISHES = [VERSION_HEADER, OVERRIDES_HEADER] as const;

async function hopOf(
  visit: Visit,
  secret: string,
  to: string,
  host: string,
): Promise<Record<string, string>> {
  const { front, client, request } = visit;
  const hop = { from: front.regions.table.here, to, client };
  const wishes = WISHES.flatMap((name) => {
    const value = request.headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  const signed = await signHop(secret, hop, { method: request.method, host }, Date.now());
  return { ...Object.fromEntries(wishes), [HOP_HEADER]: signed };
}

function prepare(visit: Visit, request: Request, endpoint: string, platform: boolean): OutgoingRequest {
  const { path, query } = splitUrl(platform ? visit.request.url : visit.url);
  return prepareRequest(request, {
    ...{ url: `${endpoint}${path}${query}`, requestId: visit.requestId },
    ...{ client: visit.client, colo: visit.front.regionName },
    ...{ mount: null, invoked: false, requestBytesMax: bytesMaxOf(visit) },
    credentials: platform ? [] : visit.admission.credentials,
    requestHeaders: platform ? undefined : visit.requestHeaders,
  });
}
