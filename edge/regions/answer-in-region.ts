// The answer of a request whose rules say where it may be answered: by the region that was chosen, or by the next one
// where it did not get through.
//
// Only what surely was not seen is sent to another region: a request to which no connection could be made, and a GET that
// broke off before its answer. A body can be sent twice only if it is kept; before a longer one is sent, the region is
// asked whether it is there at all.

import { REGION_HEADER, REGION_WHY_HEADER } from '../contract/regions.ts';
import { answerHere } from '../dispatch/answer-here.ts';
import { keptBytesMax } from '../dispatch/carried-body.ts';
import { PlatformError } from '../dispatch/platform-error.ts';
import { brokenOff } from '../dispatch/prepare-request.ts';
import { letThrough, notReached, refuseLoop } from '../origin/answer-from-origin.ts';
import type { OriginFailure } from '../origin/send-to-origin.ts';
import type { Visit } from '../rules/visit.ts';
import type { RegionChoice } from './choose-region.ts';
import { sendToRegion } from './send-to-region.ts';

const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export async function answerInRegion(visit: Visit, order: readonly RegionChoice[]): Promise<Response> {
  const [only] = order;
  // As nearly always, where there is but this machine.
  if (order.length === 1 && only?.region.endpoint === null)
    return answered(visit, only, answerHere(visit, visit.request));
  refuseLoop(visit.request);
  const requests = await repeatableRequest(visit.request);
  const failures: { readonly name: string; readonly failure: OriginFailure }[] = [];
  let counted = false;
  for (const choice of order) {
    const { name, endpoint } = choice.region;
    const told = failures[0] ? { ...choice, why: failover(failures[0]) } : choice;
    if (endpoint === null) return answered(visit, told, answerHere(visit, requests.next()));
    if (!counted) await letThrough(visit);
    counted = true;
    const last = choice === order.at(-1);
    const outcome = await sendToRegion(
      visit,
      requests.next(),
      choice.region,
      endpoint,
      requests.once && !last,
    );
    if ('response' in outcome) {
      visit.front.regions.faults.answered(name);
      return answered(visit, told, Promise.resolve(outcome.response));
    }
    const { failure } = outcome;
    failures.push({ name, failure });
    visit.trace.note('regions', `${name} did not answer: ${failure.reason}`, { fault: failure.fault });
    // Of its own refusals and of a function that takes too long, no region is to blame.
    if (failure.code !== 'FN_010') throw notReached(failure);
    visit.front.regions.faults.failed(name, failure.reason, Date.now());
    const again = failure.fault === 'unconnected' || REPEATABLE.has(visit.request.method);
    if (!again) throw lost(visit.request.method, name, failure);
  }
  throw noneReached(failures);
}

interface Requests {
  /** There is one only: its body is not kept. */
  readonly once: boolean;
  next(): Request;
}

/** @throws {PlatformError} FN_006 for a body that breaks off. */
async function repeatableRequest(request: Request): Promise<Requests> {
  const length = request.headers.get('content-length');
  if (request.body === null) return { once: false, next: () => request };
  if (length === null || Number(length) > keptBytesMax) return { once: true, next: () => request };
  const body = await request.arrayBuffer().catch(() => {
    throw brokenOff();
  });
  return { once: false, next: () => new Request(request, { body }) };
}

async function answered(
  visit: Visit,
  { region, why }: RegionChoice,
  answer: Promise<Response>,
): Promise<Response> {
  // Whoever passed the request on tells the client.
  if (!visit.hop) {
    visit.responseHeaders.push(
      { op: 'set', name: REGION_HEADER, value: region.name },
      { op: 'set', name: REGION_WHY_HEADER, value: asHeader(why) },
    );
  }
  visit.trace.note('regions', `answered by ${region.name}: ${why}`);
  return answer;
}

const failover = ({ name, failure }: { name: string; failure: OriginFailure }): string =>
  `failover from ${name} (${failure.reason})`;

/** Reasons come from elsewhere, and a header holds ASCII. */
const asHeader = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?');

const lost = (method: string, name: string, { reason }: OriginFailure): PlatformError =>
  new PlatformError(
    'FN_008',
    502,
    `Region ${name} broke the request off before it answered (${reason}). It was not sent to another one, as a ${method} may not be repeated safely.`,
  );

function noneReached(
  failures: readonly { readonly name: string; readonly failure: OriginFailure }[],
): PlatformError {
  const shown = failures.map(({ name, failure }) => `${name} (${failure.reason})`).join(', ');
  return new PlatformError(
    'FN_008',
    503,
    `No region where this function may run could be reached: ${shown}.`,
    {
      retryAfterSeconds: 1,
    },
  );
}
