// What control asks of this front's limiters: see `lend.ts`.

import type { LendRequest, ResetRequest } from '../../contract/front-api.ts';
import type { Limiters } from '../../traffic/limiter/limiters.ts';
import { countersOf, lend, reset } from './lend.ts';

/** Undefined for what is no question about limits. */
export async function answerLimits(
  limiters: Limiters,
  request: Request,
  path: string,
): Promise<Response | undefined> {
  switch (`${request.method} ${path}`) {
    case 'POST /limits/lend':
      return Response.json(await lend(limiters, await request.json<LendRequest>()));
    case 'POST /limits/reset':
      return Response.json(reset(limiters, await request.json<ResetRequest>()));
    default: {
      const id = /^\/limits\/of\/([^/]+)$/.exec(path)?.[1];
      return id === undefined ? undefined : Response.json(countersOf(limiters, id));
    }
  }
}
