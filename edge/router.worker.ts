// The program of a front. Each request goes down one pipeline:
//
//   request id -> route -> turn -> client -> rules, auth -> version -> limits -> instance -> exchange -> response
//
// A step either hands on or refuses with a PlatformError; nothing behind a refusal runs, so a request without
// a credential starts no instance. `rules/serve.ts` has the middle of it. Control has the same pipeline, less route,
// rules and auth, behind the private socket.

import { boundDoor } from './bound/door.ts';
import { REQUEST_ID_HEADER } from './contract/names.ts';
import { HOP_HEADER } from './contract/regions.ts';
import { answerControl } from './dispatch/answer-control.ts';
import { Front } from './dispatch/front.ts';
import { landingPage } from './dispatch/landing-page.ts';
import { loadTable } from './dispatch/load-table.ts';
import { asksForTrace, openTrace, withTrace } from './dispatch/open-trace.ts';
import { errorResponse, PlatformError } from './dispatch/platform-error.ts';
import { keptRequestId, makeRequestId } from './dispatch/request-id.ts';
import { takeTurn } from './dispatch/take-turn.ts';
import type { RouterEnv } from './env.ts';
import { believeHop } from './regions/believe-hop.ts';
import { type Miss, resolveTarget } from './route/resolve-target.ts';
import { splitUrl } from './route/split-url.ts';
import type { TableIndex, Target } from './route/table-index.ts';
import { preflightMethod } from './rules/cors/preflight-method.ts';
import { serve } from './rules/serve.ts';
import type { KeptTrace } from './rules/trace.ts';
import { Visit } from './rules/visit.ts';
import { answerChallenge } from './tls/answer-challenge.ts';
import type { Lane } from './traffic/turns.ts';

const front = new Front();

const publicDoor = {
  async fetch(request, env, ctx): Promise<Response> {
    const kept = keptRequestId(request.headers.get(REQUEST_ID_HEADER));
    const requestId = kept ?? makeRequestId();
    let trace: KeptTrace | undefined;
    try {
      const index = front.index ?? (await loadTable(front, env));
      const challenge = answerChallenge(index.challenges, request.url);
      if (challenge) return challenge;
      const target = resolve(index, request);
      const turn = takeTurn(front.turns, laneOf(index, target), ctx);
      if (turn) await turn;
      if ('missing' in target) return astray(index, request, target);
      trace = asksForTrace(request) ? await openTrace(front, request, target) : undefined;
      const hop = request.headers.has(HOP_HEADER) ? await believeHop(front.regions, env, request) : undefined;
      const { generation } = index;
      const told = hop?.client ?? front.clients.of(request, index.trustedProxies, env);
      const client = told instanceof Promise ? await told : told;
      const idKept = kept !== undefined;
      const arrival = { front, request, env, ctx, requestId, idKept, client, hop, target };
      const visit = new Visit({ ...arrival, generation, ...(trace && { trace }) });
      return withTrace(await serve(visit), trace);
    } catch (error) {
      return withTrace(failure(error, requestId), trace);
    }
  },
} satisfies ExportedHandler<RouterEnv>;

const privateDoor = {
  async fetch(request, env, ctx): Promise<Response> {
    const requestId = keptRequestId(request.headers.get(REQUEST_ID_HEADER)) ?? makeRequestId();
    try {
      return await answerControl(front, request, env, ctx, requestId);
    } catch (error) {
      return failure(error, requestId);
    }
  },
} satisfies ExportedHandler<RouterEnv>;

const bound = boundDoor(front, failure);

// What came by TLS goes the same way: the socket of its own has made `request.url` and `request.cf` say so.
export { bound, privateDoor as private, publicDoor as default, publicDoor as secure };

function resolve(index: TableIndex, request: Request): Target | Miss {
  const { headers, method, url } = request;
  return resolveTarget(index, headers.get('host') ?? '', method, url, preflightMethod(request));
}

/** A flood of what leads nowhere, or of what is not let in, is to slow down nobody else. */
function laneOf(index: TableIndex, target: Target | Miss): Lane {
  return 'missing' in target ? front.lost : front.traffic.of(target.entry, index.generation).lane;
}

/** The front page of a front that has no function at all, or a refusal. */
function astray(index: TableIndex, request: Request, { missing, malformed, methods }: Miss): Response {
  if (malformed) throw new PlatformError('FN_006', 400, missing);
  const namesFunction = index.hostPlan(request.headers.get('host') ?? '').missing !== undefined;
  if (index.empty && !namesFunction && splitUrl(request.url).path === '/') return landingPage(index.domain);
  const headers = methods && { allow: methods.join(', ') };
  throw new PlatformError('FN_001', 404, missing, headers && { headers });
}

function failure(error: unknown, requestId: string): Response {
  if (error instanceof PlatformError) return errorResponse(error, requestId);
  console.error(`SYS_001 request ${requestId}: ${error instanceof Error ? error.stack : error}`);
  const fault = new PlatformError(
    'SYS_001',
    500,
    'Something inside Selvedge failed; the log of the front says what.',
  );
  return errorResponse(fault, requestId);
}
