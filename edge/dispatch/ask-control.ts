// What a front asks of control while it serves: an instance for a version that has none, or one more; why an
// instance ended; leave to take requests of a function with a rate limit.

import type {
  ActivateAnswer,
  ActivateRequest,
  EndedAnswer,
  EndedRequest,
  LeaseAnswer,
  LeaseRequest,
} from '../contract/front-api.ts';
import type { VersionState } from '../traffic/version-state.ts';
import type { Call } from './front.ts';
import { PlatformError } from './platform-error.ts';

/** Statuses of what control refuses with; everything else is 503, as the client can only wait. */
const STATUSES: Readonly<Record<string, number>> = { FN_001: 404, FN_007: 429 };

/** What only makes an answer better, or can be done without, is not waited for longer. */
const shortAnswerMs = 1000;

/**
 * Has control make an instance ready, and takes its slot over. Control lets concurrent calls share one start.
 *
 * @throws {PlatformError} with control's own code when it cannot; FN_008 when it does not answer.
 */
export async function activate(call: Call, version: VersionState, timeoutMs: number): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs);
  let response: Response;
  let body: unknown;
  try {
    response = await ask(call, 'activate', version, signal);
    body = await response.json();
  } catch (error) {
    throw signal.aborted ? tooSlow(timeoutMs) : unreachable(error);
  }
  if (!response.ok) throw refusal(body);
  const { slots, generation } = body as ActivateAnswer;
  // An answer older than the function's entry may name an instance that has gone since.
  const state = version.function;
  if (generation >= state.generation) version.addSlots(slots, generation);
  if (version.instances.length === 0) {
    throw new PlatformError(
      'FN_008',
      503,
      'Control started no instance of the function that this front can use; try again.',
      { retryAfterSeconds: 1 },
    );
  }
}

/** Asks for one more instance. Nobody waits for the answer: the instance comes with the table, or does not. */
export async function askForMore(call: Call, version: VersionState): Promise<void> {
  try {
    const response = await ask(call, 'scale', version, AbortSignal.timeout(shortAnswerMs));
    await response.body?.cancel();
  } catch (error) {
    console.warn(`FN_008 control could not be asked for one more instance: ${error}`);
  }
}

/** Why the instance at `slot` ended; undefined when control is away, or slow. */
export async function whyEnded(
  call: Call,
  version: VersionState,
  slot: number,
): Promise<EndedAnswer | undefined> {
  const { id } = version.function.entry;
  const question: EndedRequest = { function: id, version: version.version, slot };
  try {
    const response = await post(call, 'ended', question, AbortSignal.timeout(shortAnswerMs));
    const answer = await response.json<EndedAnswer>();
    return response.ok ? answer : undefined;
  } catch (error) {
    console.debug(`control could not say why an instance ended: ${error}`);
    return undefined;
  }
}

/** Undefined when control is away, or slow. */
export async function askLease(
  call: Pick<Call, 'env'>,
  functionId: string,
  want: number,
): Promise<LeaseAnswer | undefined> {
  const question: LeaseRequest = { function: functionId, want };
  try {
    const response = await post(call, 'lease', question, AbortSignal.timeout(shortAnswerMs));
    const answer = await response.json<LeaseAnswer>();
    return response.ok ? answer : undefined;
  } catch (error) {
    console.debug(`control could not be asked for leave to take a request: ${error}`);
    return undefined;
  }
}

function ask(
  call: Call,
  what: 'activate' | 'scale',
  version: VersionState,
  signal: AbortSignal,
): Promise<Response> {
  const question: ActivateRequest = {
    function: version.function.entry.id,
    version: version.version,
    generation: call.front.generation,
  };
  return post(call, what, question, signal);
}

function post(
  { env }: Pick<Call, 'env'>,
  what: string,
  question: object,
  signal: AbortSignal,
): Promise<Response> {
  return env.CONTROL.fetch(`http://control/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(question),
    signal,
  });
}

function tooSlow(timeoutMs: number): PlatformError {
  return new PlatformError(
    'FN_008',
    503,
    `The function had no instance and none was ready within ${timeoutMs} ms; it may be by now.`,
    { retryAfterSeconds: 1 },
  );
}

function unreachable(cause: unknown): PlatformError {
  const error = new PlatformError(
    'FN_008',
    503,
    'The function has no instance, and control, which would start one, is not reachable; functions that are running go on.',
    { retryAfterSeconds: 1 },
  );
  error.cause = cause;
  return error;
}

function refusal(body: unknown): PlatformError {
  const { error } = body as {
    error: { code: string; message: string; retryAfterSeconds?: number };
  };
  const { code, message, retryAfterSeconds } = error;
  return new PlatformError(code, STATUSES[code] ?? 503, message, {
    retryAfterSeconds: retryAfterSeconds ?? (code === 'FN_001' ? undefined : 1),
  });
}
