// The answer by an instance of this machine: a version, and the way to it.

import type { Client } from '../client/client.ts';
import type { Visit } from '../rules/visit.ts';
import { choiceOf } from './choice-of.ts';
import { dispatch } from './dispatch.ts';
import { wouldAnswer } from './would-answer.ts';

/** `request` is the visit's own, or one like it whose body can still be read. */
export function answerHere(visit: Visit, request: Request): Promise<Response> {
  const { front, env, ctx, requestId, idKept, client, target, admission, requestHeaders } = visit;
  const { version, told, shadow } = choiceOf(visit);
  if (visit.dry) return Promise.resolve(wouldAnswer());
  const call = {
    ...{ front, request, env, ctx, requestId, idKept, client, told, requestHeaders, invoked: false },
    bodyBytesMax: visit.bodyBytesMax,
    rules: target.rules,
    credentials: admission.credentials,
  };
  return dispatch(call, { version, url: schemed(visit.url, client.scheme), mount: target.mount, shadow });
}

/** A proxy that is believed may have been asked by HTTPS where we were not. */
const schemed = (url: string, scheme: Client['scheme']): string =>
  scheme === 'https' && url.startsWith('http:') ? `https:${url.slice('http:'.length)}` : url;
