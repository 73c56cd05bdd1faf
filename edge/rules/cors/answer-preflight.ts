// The step that answers preflights and says who may read the other answers. No preflight reaches a function, so that a
// flood of them starts none.

import { REQUEST_ID_HEADER } from '../../contract/names.ts';
import type { CorsEntry } from '../../contract/rules/cors.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Step, StepMaker } from '../step.ts';
import type { Visit } from '../visit.ts';
import { Cors } from './decide-cors.ts';
import { preflightMethod } from './preflight-method.ts';

export const corsStep: StepMaker = { name: 'cors', prepare: ({ cors }) => cors && keepCors(cors) };

const originShownMax = 200;

function keepCors(entry: CorsEntry): Step {
  const cors = new Cors(entry);
  return (visit) => {
    const { request, responseHeaders, trace } = visit;
    const origin = request.headers.get('origin');
    const { allowed, edits } = cors.decide(origin);
    responseHeaders.push(...edits);
    const shown = origin?.slice(0, originShownMax);
    const read = allowed ? `${shown} may read the answer` : `${shown} may not read the answer`;
    trace.note('cors', allowed === null ? 'no page of another origin asks' : read, { origin: shown });
    return preflightMethod(request) === null ? undefined : answer(visit, cors, allowed === true, shown);
  };
}

function answer(visit: Visit, cors: Cors, allowed: boolean, origin: string | undefined): Response {
  const { request, requestId, responseHeaders, trace } = visit;
  const edits = allowed ? cors.preflight(request.headers) : `${origin} is none of its origins`;
  if (typeof edits === 'string') {
    trace.note('cors', `the preflight is refused: ${edits}`);
    throw new PlatformError('FN_009', 403, `The preflight is refused by the rule "cors": ${edits}.`);
  }
  trace.note('cors', 'the preflight is answered by the router');
  responseHeaders.push(...edits);
  return new Response(null, { status: 204, headers: { [REQUEST_ID_HEADER]: requestId } });
}
