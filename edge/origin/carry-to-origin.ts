// Sends a prepared request with its body to another host. The body is carried as one to an instance is: counted, and a
// client that breaks it off is told from an origin that takes no more of it.

import type { OriginWay } from '../contract/origin.ts';
import { sentAll } from '../dispatch/answer-while-sent.ts';
import type { Call } from '../dispatch/front.ts';
import { brokenOff, type OutgoingRequest, tooLong } from '../dispatch/prepare-request.ts';
import { noWay, type OriginOutcome, sendToOrigin } from './send-to-origin.ts';

type Sender = Pick<Call, 'env' | 'ctx' | 'request'>;

/** @throws {PlatformError} FN_006 for a body that is longer than it may be, or breaks off. */
export async function carryToOrigin(
  { env, ctx, request }: Sender,
  outgoing: OutgoingRequest,
  url: string,
  way: OriginWay,
  requestBytesMax: number,
): Promise<OriginOutcome> {
  const { body, init } = outgoing;
  if (body) request.signal.addEventListener('abort', () => body.giveUp());
  try {
    const carried = body && (await body.start());
    const outcome = await sendToOrigin(env, url, { ...init, ...carried }, way);
    if (!body?.comes) return outcome;
    // An origin that has answered may read on, or not; see `hand-over.ts`.
    if (body.refused) await sentAll(body);
    else ctx.waitUntil(body.over);
    return outcome;
  } catch (error) {
    if (body?.tooLong) throw tooLong({ requestBytesMax });
    if (body?.brokenOff) throw brokenOff();
    console.warn(`FN_008 a request could not be handed to the outbound: ${error}`);
    return { failure: noWay('unanswered') };
  }
}
