// A method that a function calls of another through a binding. Arguments and results pass through the front as values,
// functions and stubs as they are; what is called on a stub later goes the same way and is counted no more.
//
// The instance is picked as for a request, so versions, limits, activation and the log are the same.

import { NO_CLIENT } from '../client/client.ts';
import type { EndedAnswer } from '../contract/front-api.ts';
import type { BoundCall, GatewayCall } from '../contract/grant.ts';
import { GATEWAY_METHOD, RESERVED_ENV_PREFIX, rpcBinding } from '../contract/names.ts';
import { askForMore, whyEnded } from '../dispatch/ask-control.ts';
import { chosenVersion } from '../dispatch/choose-version.ts';
import type { Call, Front } from '../dispatch/front.ts';
import { keepRate } from '../dispatch/keep-rate.ts';
import { keepWatch } from '../dispatch/keep-watch.ts';
import { loadTable } from '../dispatch/load-table.ts';
import { PlatformError } from '../dispatch/platform-error.ts';
import { makeRequestId } from '../dispatch/request-id.ts';
import { waitForInstance } from '../dispatch/wait-for-instance.ts';
import type { RouterEnv } from '../env.ts';
import { Flight } from '../traffic/flight.ts';
import { type Bound, findBound } from './find-bound.ts';
import type { Grants } from './open-grant.ts';

type Gateway = Record<typeof GATEWAY_METHOD, (call: GatewayCall) => Promise<unknown>>;

/** What an invocation record has in place of an HTTP method. */
const METHOD = 'RPC';

/** Rejects with what the method threw, or with the platform's words and code. */
export async function callMethod(
  front: Front,
  grants: Grants,
  asked: BoundCall,
  env: RouterEnv,
  ctx: ExecutionContext,
): Promise<unknown> {
  try {
    if (asked.method.startsWith(RESERVED_ENV_PREFIX))
      throw new PlatformError('FN_009', 403, `The method "${asked.method}" is the platform's.`);
    const index = front.index ?? (await loadTable(front, env));
    const bound = findBound(index, await grants.open(asked.grant, env.BINDING_KEY), asked.name);
    const target = { entry: bound.entry, version: null, url: null, mount: null };
    const version = chosenVersion(front.traffic, target, index.generation);
    const url = `http://${bound.entry.name}/${bound.entrypoint ?? 'default'}.${asked.method}`;
    const requestId = makeRequestId();
    const call: Call = {
      ...{ front, env, ctx, requestId, idKept: false, invoked: false, credentials: [], told: undefined },
      client: NO_CLIENT,
      request: new Request(url),
    };
    const flight = new Flight(version, requestId, METHOD, url, Date.now());
    return await fly(call, flight, bound, asked);
  } catch (error) {
    // Its class is nothing to the function that called; what it says is.
    if (error instanceof PlatformError) throw new Error(`${error.code}: ${error.message}`);
    throw error;
  }
}

async function fly(call: Call, flight: Flight, bound: Bound, { method, args }: BoundCall): Promise<unknown> {
  const { version } = flight;
  const { entrypoint, props } = bound;
  const asked: GatewayCall = {
    ...{ requestId: call.requestId, entrypoint, method, args },
    ...(props !== undefined && { props }),
  };
  try {
    const { rateLimit } = version.function.entry;
    if (rateLimit !== null) await keepRate(call, version.function, rateLimit);
    let outcome = await attempt(call, flight, asked);
    // The instance had ended before it was called, for what others had it do: another one runs the method.
    if ('unseen' in outcome) outcome = await attempt(call, flight, asked);
    if ('unseen' in outcome) throw outcome.unseen;
    flight.head(200, undefined, Date.now());
    return outcome.result;
  } catch (error) {
    if (error instanceof PlatformError) flight.head(error.status, error.code, Date.now());
    else flight.head(500, 'FN_004', Date.now());
    throw error;
  } finally {
    flight.end();
  }
}

type Outcome = { readonly result: unknown } | { readonly unseen: PlatformError };

/** Within the function's wall time. */
async function attempt(call: Call, flight: Flight, asked: GatewayCall): Promise<Outcome> {
  const { version } = flight;
  const instance = version.pick(Date.now());
  if (instance) flight.board(instance);
  else await waitForInstance(call, flight);
  if (version.wantsMore(Date.now())) call.ctx.waitUntil(askForMore(call, version));
  const slot = flight.instance?.slot ?? -1;
  const calledAt = Date.now();
  try {
    return { result: await exchange(call, flight, asked, slot) };
  } catch (error) {
    if (error instanceof PlatformError || !isLost(error)) throw error;
    flight.unboard(Date.now());
    const end = await whyEnded(call, version, slot);
    // It goes on: then the words are of something that the method itself called.
    if (end?.code === null) throw error;
    const told = whatEnded(end);
    if (end?.at !== undefined && end.at < calledAt) return { unseen: told };
    throw told;
  } finally {
    flight.unwatch();
  }
}

/** A caller that is gone tells nobody: then it is the watch that ends the flight. */
function exchange(call: Call, flight: Flight, asked: GatewayCall, slot: number): Promise<unknown> {
  const gateway = call.env[rpcBinding(slot) as `RPC_${number}`] as Gateway | undefined;
  if (!gateway)
    throw new PlatformError('FN_008', 503, `This front has no slot ${slot} for calls of methods.`);
  const { timeoutMs } = flight.version.function.entry;
  return new Promise((resolve, reject) => {
    flight.late = () => {
      const error = tooSlow(timeoutMs);
      flight.head(error.status, error.code, Date.now());
      flight.end();
      reject(error);
    };
    keepWatch(call, flight, timeoutMs);
    gateway[GATEWAY_METHOD](asked).then(resolve, reject);
  });
}

const tooSlow = (timeoutMs: number): PlatformError =>
  new PlatformError(
    'FN_002',
    504,
    `The method did not answer within the function's timeout of ${timeoutMs / 1000} s.`,
  );

/** workerd's words for a connection that ended under a call. */
const isLost = (error: unknown): boolean => /connection lost|disconnected/i.test(String(error));

function whatEnded(end: EndedAnswer | undefined): PlatformError {
  if (!end || end.code === null || end.code === 'FN_004')
    return new PlatformError('FN_004', 500, 'The instance ended while it ran the method.');
  return new PlatformError(end.code, end.code === 'FN_002' ? 504 : 503, end.message);
}
