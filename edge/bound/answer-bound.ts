// A request that a function makes of another through a binding. It goes down the same pipeline as a visitor's, from
// its turn on: versions, limits, activation and the log are the same. It needs no credential, as the grant is one.

import { STRANGER } from '../auth/authorize.ts';
import { toldClient } from '../client/read-client.ts';
import { type BoundAsk, type BoundWay, headerJson } from '../contract/grant.ts';
import { BOUND_HEADER, bindingDepthMax, DEPTH_HEADER, REQUEST_ID_HEADER } from '../contract/names.ts';
import { chooseVersion } from '../dispatch/choose-version.ts';
import { dispatch } from '../dispatch/dispatch.ts';
import type { Front } from '../dispatch/front.ts';
import { loadTable } from '../dispatch/load-table.ts';
import { PlatformError } from '../dispatch/platform-error.ts';
import { keptRequestId } from '../dispatch/request-id.ts';
import { takeTurn } from '../dispatch/take-turn.ts';
import type { RouterEnv } from '../env.ts';
import { findBound } from './find-bound.ts';
import type { Grants } from './open-grant.ts';

export async function answerBound(
  front: Front,
  grants: Grants,
  request: Request,
  env: RouterEnv,
  ctx: ExecutionContext,
  requestId: string,
): Promise<Response> {
  const ask = readAsk(request.headers.get(BOUND_HEADER));
  const depth = Number(request.headers.get(DEPTH_HEADER) ?? 1);
  if (!(depth <= bindingDepthMax)) throw tooDeep();
  const index = front.index ?? (await loadTable(front, env));
  const { entry, entrypoint, props } = findBound(
    index,
    await grants.open(ask.grant, env.BINDING_KEY),
    ask.name,
  );
  const turn = takeTurn(front.turns, front.traffic.of(entry, index.generation).lane, ctx);
  if (turn) await turn;
  const target = { entry, version: null, url: ask.url, mount: null };
  const way: BoundWay = { url: ask.url, entrypoint, depth, ...(props !== undefined && { props }) };
  const { version, told } = chooseVersion(front.traffic, target, index.generation, request, STRANGER);
  // A function that hands on the request of its visitor hands on who that is.
  const peer = toldClient(request.headers.get('cf-connecting-ip'), 'http');
  const call = {
    told,
    client: await front.clients.place(peer, env),
    ...{ front, request, env, ctx, requestId, invoked: false, credentials: [] },
    idKept: keptRequestId(request.headers.get(REQUEST_ID_HEADER)) !== undefined,
    bound: headerJson(way),
  };
  // What functions ask of each other is not copied to a shadow: the visitor's own request is.
  return dispatch(call, { version, url: ask.url, mount: null, shadow: undefined });
}

function readAsk(header: string | null): BoundAsk {
  if (header !== null) return JSON.parse(header) as BoundAsk;
  throw new PlatformError(
    'FN_009',
    403,
    'A request on this socket must name the binding that it comes through.',
  );
}

export const tooDeep = (): PlatformError =>
  new PlatformError(
    'FN_007',
    508,
    `The request has passed ${bindingDepthMax} functions in a row, each calling the next through a binding: end the loop.`,
  );
