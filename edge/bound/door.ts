// The entrypoint of a front for functions that call others. It is a class, as workerd lets methods be called of
// classes only. Its socket is reached through the outbound's relay alone, and every message brings a grant.

import { WorkerEntrypoint } from 'cloudflare:workers';
import type { BoundCall } from '../contract/grant.ts';
import { REQUEST_ID_HEADER } from '../contract/names.ts';
import type { Front } from '../dispatch/front.ts';
import { keptRequestId, makeRequestId } from '../dispatch/request-id.ts';
import type { RouterEnv } from '../env.ts';
import { answerBound } from './answer-bound.ts';
import { callMethod } from './call-method.ts';
import { Grants } from './open-grant.ts';

type Door = new (ctx: ExecutionContext, env: RouterEnv) => WorkerEntrypoint<RouterEnv>;

export function boundDoor(front: Front, failure: (error: unknown, requestId: string) => Response): Door {
  const grants = new Grants();
  return class BoundDoor extends WorkerEntrypoint<RouterEnv> {
    override async fetch(request: Request): Promise<Response> {
      const requestId = keptRequestId(request.headers.get(REQUEST_ID_HEADER)) ?? makeRequestId();
      try {
        return await answerBound(front, grants, request, this.env, this.ctx, requestId);
      } catch (error) {
        return failure(error, requestId);
      }
    }

    call(asked: BoundCall): Promise<unknown> {
      return callMethod(front, grants, asked, this.env, this.ctx);
    }
  };
}
