// The program of a front. Each request goes down one pipeline:
//
//   request id -> route -> auth -> version -> limits -> instance -> exchange -> response
//
// A step either hands on or refuses with a PlatformError; nothing behind a refusal runs, so a request without
// a credential starts no instance. Control has the same pipeline, less route and auth, behind the private
// socket.

import { authorize } from './auth/authorize.ts';
import type { CredentialHeader } from './auth/read-credential.ts';
import { REQUEST_ID_HEADER } from './contract/names.ts';
import { answerControl } from './dispatch/answer-control.ts';
import { chosenVersion } from './dispatch/choose-version.ts';
import { dispatch } from './dispatch/dispatch.ts';
import { Front } from './dispatch/front.ts';
import { landingPage } from './dispatch/landing-page.ts';
import { loadTable } from './dispatch/load-table.ts';
import { errorResponse, PlatformError } from './dispatch/platform-error.ts';
import { keptRequestId, makeRequestId } from './dispatch/request-id.ts';
import type { RouterEnv } from './env.ts';
import { resolveTarget } from './route/resolve-target.ts';
import { splitUrl } from './route/split-url.ts';
import type { TableIndex, Target } from './route/table-index.ts';

const front = new Front();
const noCredentials: readonly CredentialHeader[] = [];

export default {
  async fetch(request, env, ctx): Promise<Response> {
    const kept = keptRequestId(request.headers.get(REQUEST_ID_HEADER));
    const requestId = kept ?? makeRequestId();
    try {
      const index = front.index ?? (await loadTable(front, env));
      const target = route(index, request);
      if (target === undefined) return landingPage(index.domain);
      const credentials = await admit(target, request);
      const version = chosenVersion(front.traffic, target, index.generation);
      const call = {
        front,
        request,
        env,
        ctx,
        requestId,
        idKept: kept !== undefined,
        invoked: false,
        credentials,
      };
      return await dispatch(call, { version, url: target.url ?? request.url, mount: target.mount });
    } catch (error) {
      return failure(error, requestId);
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

export { privateDoor as private };

/** Undefined for the front page of a front that has no function at all. */
function route(index: TableIndex, request: Request): Target | undefined {
  const { url } = request;
  const host = request.headers.get('host') ?? '';
  const target = resolveTarget(index, host, request.method, url);
  if (!('missing' in target)) return target;
  if (target.malformed) throw new PlatformError('FN_006', 400, target.missing);
  const namesFunction = index.hostPlan(host).missing !== undefined;
  if (index.empty && !namesFunction && splitUrl(url).path === '/') return undefined;
  throw new PlatformError('FN_001', 404, target.missing);
}

/** The headers whose credentials opened the function. */
function admit(
  { entry }: Target,
  { headers }: Request,
): readonly CredentialHeader[] | Promise<readonly CredentialHeader[]> {
  const authorization = headers.get('authorization');
  const apiKey = headers.get('x-api-key');
  if (entry.public && authorization === null && apiKey === null) return noCredentials;
  return authorize(front.credentials, entry.public, authorization, apiKey).then((verdict) => {
    if (verdict.open) return verdict.credentials;
    throw new PlatformError(
      'FN_009',
      401,
      verdict.presented
        ? `Function "${entry.name}" is not public, and the credential does not open it.`
        : `Function "${entry.name}" is not public: send "Authorization: Bearer <token>" or "x-api-key: <token>".`,
      { headers: { 'www-authenticate': 'Bearer' } },
    );
  });
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
