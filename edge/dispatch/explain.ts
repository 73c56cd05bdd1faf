// What the router would do with a request, told without doing it: the same steps run, with `dry` set, and note what they
// decide.

import { toldClient } from '../client/read-client.ts';
import type { ExplainAnswer, ExplainRequest } from '../contract/front-api.ts';
import { ERROR_HEADER } from '../contract/names.ts';
import type { RouterEnv } from '../env.ts';
import { resolveTarget } from '../route/resolve-target.ts';
import { preflightMethod } from '../rules/cors/preflight-method.ts';
import { serve } from '../rules/serve.ts';
import { KeptTrace } from '../rules/trace.ts';
import { Visit } from '../rules/visit.ts';
import type { Front } from './front.ts';
import { loadTable } from './load-table.ts';
import { noteTarget } from './note-target.ts';
import { errorResponse, PlatformError } from './platform-error.ts';
import { WOULD_ANSWER } from './would-answer.ts';

const requestId = 'explain';

export async function explain(
  front: Front,
  env: RouterEnv,
  ctx: ExecutionContext,
  asked: ExplainRequest,
): Promise<ExplainAnswer> {
  const index = front.index ?? (await loadTable(front, env));
  const request = new Request(asked.url, { method: asked.method, headers: [...asked.headers] });
  const trace = new KeptTrace();
  const { host } = new URL(asked.url);
  const target = resolveTarget(index, host, asked.method, asked.url, preflightMethod(request));
  if ('missing' in target) {
    const status = target.malformed ? 400 : 404;
    trace.note('route', target.missing);
    return { function: null, decisions: trace.decisions, status, error: target.missing, headers: [] };
  }
  noteTarget(trace, target);
  const { ip, geo } = asked.client;
  const peer = toldClient(ip, asked.url.startsWith('https:') ? 'https' : 'http');
  // What is asked for in place of what is known is nobody's address.
  const client = { ...(await front.clients.place(peer, geo ? {} : env)), ...(geo && { geo }) };
  const visit = new Visit({
    ...{ front, request, env, ctx, requestId, idKept: false, client, target, trace },
    ...{ generation: index.generation, dry: true, letIn: asked.letIn },
  });
  const response = await serve(visit).catch((error: unknown) => {
    if (error instanceof PlatformError) return errorResponse(error, requestId);
    throw error;
  });
  const { entry } = visit.target;
  return {
    function: { id: entry.id, project: entry.project, name: entry.name },
    decisions: trace.decisions,
    ...(await outcomeOf(response, trace)),
  };
}

async function outcomeOf(
  response: Response,
  trace: KeptTrace,
): Promise<Pick<ExplainAnswer, 'status' | 'error' | 'headers'>> {
  const { status, headers } = response;
  const given = [...headers].filter(([name]) => name !== 'content-type' && name !== 'x-request-id');
  // The function was not asked, so that its status is not known.
  if (headers.has(WOULD_ANSWER)) {
    return { status: null, error: null, headers: given.filter(([name]) => name !== WOULD_ANSWER) };
  }
  if (!headers.has(ERROR_HEADER)) return { status, error: null, headers: given };
  const { error } = await response.json<{ error: { code: string; message: string } }>();
  trace.note('refused', `${status} ${error.code}: ${error.message}`);
  return { status, error: error.message, headers: given };
}
