// Answers to clients that still send. workerd closes a connection on which it answered before it had read everything,
// and what the client has sent by then resets it: the client may lose the answer.

import { type CarriedBody, unreadWaitMs } from './carried-body.ts';
import type { Call } from './front.ts';

/** Resolves when the client has sent all, or takes too long for it. */
export async function sentAll(body: CarriedBody): Promise<void> {
  const stop = new AbortController();
  const late = scheduler.wait(unreadWaitMs, { signal: stop.signal }).catch(() => undefined);
  await Promise.race([body.over, late]);
  stop.abort();
}

/**
 * The client has all of the answer at once, but for workerd it does not end before `sentAll`: until then what the
 * client sends is read and thrown away.
 */
export async function answerWhileSent(call: Call, answer: Response, body: CarriedBody): Promise<Response> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const { readable, writable } = new FixedLengthStream(bytes.byteLength);
  const writer = writable.getWriter();
  const sent = writer.write(bytes).then(() => sentAll(body));
  // A client that has its answer and leaves ends the writing too.
  call.ctx.waitUntil(sent.then(() => writer.close()).catch(() => undefined));
  return new Response(readable, answer);
}
