// Sends a copy of a request to the function's shadow and compares what it answers with what the visitor got.
//
// The visitor is not to notice. The copy is sent when the head of his answer is there, nothing of his waits for it, it
// takes no place in the function's queue, and whatever it fails with is counted and goes no further.

import { OUTCOME_HEADER, SHADOW_HEADER } from '../contract/names.ts';
import type { AnswerHead } from '../traffic/compare-answers.ts';
import { Flight } from '../traffic/flight.ts';
import { SeenBody } from '../traffic/seen-body.ts';
import type { ShadowTally } from '../traffic/shadow-tally.ts';
import { activate, askForMore } from './ask-control.ts';
import type { Call } from './front.ts';
import { PlatformError } from './platform-error.ts';
import type { OutgoingRequest } from './prepare-request.ts';
import { settleShadow } from './settle-shadow.ts';

/** The two bodies are waited for, each from its head, as long as for a head and no longer than this. */
export const shadowBodyWaitMs = 10_000;

export interface SeenAnswer {
  readonly head: AnswerHead;
  readonly body: SeenBody;
}

/** What must see the body of the visitor's answer; undefined when no copy is sent. */
export function copyToShadow(
  call: Call,
  flight: Flight,
  outgoing: OutgoingRequest,
  response: Response,
  tally: ShadowTally,
): SeenBody | undefined {
  // Two WebSockets cannot be held against each other.
  if (response.webSocket || call.request.headers.has('upgrade')) return undefined;
  const now = Date.now();
  if (outgoing.body && outgoing.body.kept === undefined) tally.skip('body', now);
  else if (tally.begin(now)) {
    const live = { head: { status: response.status, headers: [...response.headers] }, body: new SeenBody() };
    // Holds this context, also when the client leaves, and so `end` is always reached.
    call.ctx.waitUntil(follow(call, flight, outgoing, live, tally).finally(() => tally.end()));
    return live.body;
  }
  return undefined;
}

async function follow(
  call: Call,
  flight: Flight,
  outgoing: OutgoingRequest,
  live: SeenAnswer,
  tally: ShadowTally,
): Promise<void> {
  const version = flight.version.function.version(tally.version);
  const copy = new Flight(version, call.requestId, flight.method, flight.url, Date.now(), true);
  try {
    if (!(await board(call, copy, tally))) return;
    const answer = await send(call, copy, outgoing);
    await inTime(live.body.over, copy);
    await settleShadow(copy, live, answer, tally);
  } catch (error) {
    const { code, status } = failureOf(error);
    copy.head(status, code, Date.now());
    tally.fail(code, Date.now());
  } finally {
    copy.end();
  }
}

/** False when there is no place: a copy waits for none. The first one has the shadow started. */
async function board(call: Call, copy: Flight, tally: ShadowTally): Promise<boolean> {
  const { version } = copy;
  const now = Date.now();
  if (!version.reachable(now)) {
    copy.coldStart = true;
    try {
      await activate(call, version, version.function.entry.queueTimeoutMs);
    } catch (error) {
      tally.pause(Date.now());
      throw error;
    }
  }
  const instance = version.pick(Date.now());
  if (instance) copy.board(instance);
  else tally.skip('busy', now);
  if (version.wantsMore(now)) call.ctx.waitUntil(askForMore(call, version));
  return instance !== undefined;
}

async function send(call: Call, copy: Flight, { url, init, body }: OutgoingRequest): Promise<SeenAnswer> {
  const { instance } = copy;
  const fetcher = instance && call.env[instance.binding];
  if (!fetcher) throw new PlatformError('FN_008', 503, `This front has no slot ${instance?.slot}.`);
  const headers = new Headers(init.headers);
  headers.set(SHADOW_HEADER, '1');
  const signal = AbortSignal.timeout(copy.version.function.entry.timeoutMs);
  let response: Response;
  try {
    response = await fetcher.fetch(url, { ...init, headers, signal, ...(body?.kept && { body: body.kept }) });
  } catch (error) {
    if (!signal.aborted) copy.unboard(Date.now());
    throw error;
  }
  const threw = response.headers.get(OUTCOME_HEADER) === 'threw';
  copy.head(response.status, threw ? 'FN_004' : undefined, Date.now());
  const seen = new SeenBody();
  await inTime(see(response.body, seen), copy);
  return { head: { status: response.status, headers: [...response.headers] }, body: seen };
}

/** Reads as much as is compared. What breaks off on the way is a body that is not compared. */
async function see(body: ReadableStream<Uint8Array> | null, seen: SeenBody): Promise<void> {
  const reader = body?.getReader();
  try {
    while (reader && !seen.cut) {
      const { done, value } = await reader.read();
      if (done) break;
      seen.add(value);
    }
    if (seen.cut) await reader?.cancel();
    seen.end(!seen.cut);
  } catch {
    seen.end(false);
  }
}

async function inTime(work: Promise<void>, { version }: Flight): Promise<void> {
  const stop = new AbortController();
  const waitMs = Math.min(version.function.entry.timeoutMs, shadowBodyWaitMs);
  const late = scheduler.wait(waitMs, { signal: stop.signal }).catch(() => undefined);
  await Promise.race([work, late]);
  stop.abort();
}

function failureOf(error: unknown): { code: string; status: number } {
  if (error instanceof PlatformError) return error;
  const late = error instanceof DOMException && error.name === 'TimeoutError';
  return late ? { code: 'FN_002', status: 504 } : { code: 'FN_004', status: 500 };
}
