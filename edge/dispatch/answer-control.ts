// What control asks of a front on its private socket. Only the platform's user can open that socket, so there
// is no credential to check; see `contract/front-api.ts`.

import { toldClient } from '../client/read-client.ts';
import type { ExplainRequest, FrontAck, FrontStatus } from '../contract/front-api.ts';
import type { RoutingTable, TableDelta } from '../contract/routing-table.ts';
import type { RouterEnv } from '../env.ts';
import { DEFAULT_PROJECT } from '../route/read-host.ts';
import { splitUrl } from '../route/split-url.ts';
import type { TableIndex, Target } from '../route/table-index.ts';
import { answerLimits } from '../rules/rate-limits/answer-limits.ts';
import { chosenVersion } from './choose-version.ts';
import { dispatch } from './dispatch.ts';
import { explain } from './explain.ts';
import type { Front } from './front.ts';
import { loadTable } from './load-table.ts';
import { PlatformError } from './platform-error.ts';

const INVOKE = /^\/invoke\/([^/]+)\/([^/]+)(\/.*)?$/;

export async function answerControl(
  front: Front,
  request: Request,
  env: RouterEnv,
  ctx: ExecutionContext,
  requestId: string,
): Promise<Response> {
  const { path, query } = splitUrl(request.url);
  const invocation = INVOKE.exec(path);
  if (invocation) {
    const [, id = '', wanted = '', rest = '/'] = invocation;
    const index = front.index ?? (await loadTable(front, env));
    const target = invoked(index, id, wanted, rest + query);
    const version = chosenVersion(front.traffic, target, index.generation);
    const peer = toldClient(request.headers.get('cf-connecting-ip'), 'http');
    const call = {
      ...{ front, request, env, ctx, requestId, idKept: true, invoked: true, credentials: [] },
      client: await front.clients.place(peer, env),
      told: undefined,
    };
    return dispatch(call, { version, url: target.url ?? request.url, mount: null, shadow: undefined });
  }
  if (path.startsWith('/limits/')) {
    const answer = await answerLimits(front.limiters(env), request, path);
    if (answer) return answer;
  }
  switch (`${request.method} ${path}`) {
    case 'POST /explain':
      return Response.json(await explain(front, env, ctx, await request.json<ExplainRequest>()));
    case 'PUT /table':
      return acknowledge(front, front.replaceTable(await request.json<RoutingTable>()));
    case 'PATCH /table':
      return acknowledge(front, front.applyDelta(await request.json<TableDelta>()));
    case 'GET /status': {
      front.sweepLimiters(Date.now());
      const since = Number(new URLSearchParams(query).get('since') ?? 0);
      const status: FrontStatus = {
        ...front.traffic.status(front.generation, since, Date.now()),
        credentialsUsed: [...front.credentials.takeUsed(), ...front.apiKeys.takeUsed()],
      };
      return Response.json(status);
    }
    case 'GET /experiments': {
      const asked = new URLSearchParams(query);
      return Response.json(
        front.experiments.report(Number(asked.get('after') ?? 0), asked.get('epoch') ?? ''),
      );
    }
    default:
      throw new PlatformError('FN_001', 404, `A front has no call ${request.method} ${path}.`);
  }
}

/** 409 tells control what the front has; after a delta that did not fit it sends the whole table. */
function acknowledge(front: Front, taken: boolean): Response {
  const ack: FrontAck = { generation: front.generation };
  return Response.json(ack, { status: taken ? 200 : 409 });
}

/** The function sees the URL that it has at its own host, as control's request has none. */
function invoked(index: TableIndex, id: string, wanted: string, rest: string): Target {
  const entry = index.byId(id);
  if (!entry) throw new PlatformError('FN_001', 404, `There is no function with the id "${id}".`);
  const project = entry.project === DEFAULT_PROJECT ? '' : `.${entry.project}`;
  const url = `http://${entry.name}${project}.${index.domain}${rest}`;
  return { entry, version: wanted === 'live' ? null : wanted, url, mount: null };
}
