// The answer of a request that a rule sends to another host, in the place of a version and an instance.

import { ERROR_HEADER, OUTCOME_HEADER, VERSION_HEADER } from '../contract/names.ts';
import type { OriginWay } from '../contract/origin.ts';
import type { FunctionEntry } from '../contract/routing-table.ts';
import { enabledState } from '../dispatch/choose-version.ts';
import { keepRate } from '../dispatch/keep-rate.ts';
import { PlatformError } from '../dispatch/platform-error.ts';
import { prepareRequest } from '../dispatch/prepare-request.ts';
import { splitUrl } from '../route/split-url.ts';
import type { Visit } from '../rules/visit.ts';
import { carryToOrigin } from './carry-to-origin.ts';
import { addHop, countHops, LOOP_HEADER, originHopsMax } from './count-hops.ts';
import type { OriginFailure } from './send-to-origin.ts';

/** @throws {PlatformError} FN_001, FN_002, FN_006, FN_007 or FN_010. */
export async function answerFromOrigin(visit: Visit, origin: string): Promise<Response> {
  const { request } = visit;
  refuseLoop(request);
  const { entry } = await letThrough(visit);
  const requestBytesMax = Math.min(entry.requestBytesMax, visit.bodyBytesMax ?? Infinity);
  const { path, query } = splitUrl(visit.url);
  const outgoing = prepareRequest(request, {
    ...{ url: `${origin}${path}${query}`, requestId: visit.requestId, client: visit.client, mount: null },
    colo: visit.front.regionName,
    ...{ invoked: false, credentials: visit.admission.credentials, requestBytesMax },
    requestHeaders: visit.requestHeaders,
  });
  const way = wayOf(entry, request, 'rule');
  const outcome = await carryToOrigin(visit, outgoing, outgoing.url, way, requestBytesMax);
  if ('failure' in outcome) throw notReached(outcome.failure);
  return withoutForged(outcome.response);
}

export function wayOf(entry: FunctionEntry, { headers }: Request, kind: OriginWay['kind']): OriginWay {
  return {
    ...{ function: entry.id, version: entry.deployment[0]?.version ?? '', kind },
    ...{ timeoutMs: entry.timeoutMs, streamTimeoutMs: entry.streamTimeoutMs },
    headers: { [LOOP_HEADER]: addHop(headers.get(LOOP_HEADER)) },
  };
}

/** The limits that hold before there is an instance hold for what needs none. */
export async function letThrough(visit: Visit): Promise<{ readonly entry: FunctionEntry }> {
  const state = enabledState(visit.front.traffic, visit.target, visit.generation);
  const { entry } = state;
  if (entry.rateLimit !== null) await keepRate(visit, state, entry.rateLimit);
  return { entry };
}

/** @throws {PlatformError} FN_006 for a request that has come by this way too often. */
export function refuseLoop({ headers }: Request): void {
  const hops = countHops(headers.get(LOOP_HEADER));
  if (hops < originHopsMax) return;
  throw new PlatformError(
    'FN_006',
    502,
    `This request goes in a circle: ${hops} platforms have passed it on already. A rule or a region leads to a host that leads back here.`,
  );
}

export function notReached({ fault, code, reason }: OriginFailure): PlatformError {
  if (code === 'FN_007') return new PlatformError(code, 429, reason, { retryAfterSeconds: 1 });
  if (code === 'FN_002') return new PlatformError(code, 504, `The origin of this request failed: ${reason}.`);
  if (fault === 'refused')
    return new PlatformError(
      'FN_006',
      502,
      "A rule of this function leads to an origin that may not be reached from here: the function's log says why.",
    );
  return new PlatformError('FN_010', 502, `The origin of this request could not be reached: ${reason}.`);
}

/** What only the platform says of an answer is believed of the platform only. */
export function withoutForged(response: Response): Response {
  const forged = [OUTCOME_HEADER, VERSION_HEADER, ERROR_HEADER].filter((name) => response.headers.has(name));
  if (forged.length === 0) return response;
  const answer = new Response(response.body, response);
  for (const name of forged) answer.headers.delete(name);
  return answer;
}
