// From a request that was let in to its answer: a version, and the way to an instance of it.

import type { Visit } from '../rules/visit.ts';
import { chooseVersion } from './choose-version.ts';
import { dispatch } from './dispatch.ts';

export function answerVisit(visit: Visit): Promise<Response> {
  const { front, request, env, ctx, requestId, idKept, client, target, admission, requestHeaders } = visit;
  const { version, told, shadow } = chooseVersion(
    front.traffic,
    target,
    visit.generation,
    request,
    admission,
  );
  const call = {
    ...{ front, request, env, ctx, requestId, idKept, client, told, requestHeaders, invoked: false },
    credentials: admission.credentials,
  };
  return dispatch(call, { version, url: visit.url, mount: target.mount, shadow });
}
