// From a request whose function is known to its answer:
//
//   rules that need nobody's name -> credential -> rules that do -> version -> instance -> what rules change of the answer
//
// What has no rules, as most functions, goes straight from the credential to the version.

import { answerVisit } from '../dispatch/answer-visit.ts';
import { errorResponse, PlatformError } from '../dispatch/platform-error.ts';
import { moveToHttps } from '../tls/move-to-https.ts';
import { admit } from './auth/admit.ts';
import { type Chain, chainOf, runSteps } from './chain.ts';
import { withHeaders } from './header-edit.ts';
import type { Visit } from './visit.ts';

export async function serve(visit: Visit): Promise<Response> {
  const moved = moveToHttps(visit);
  if (moved) return moved;
  const { rules } = visit.target;
  if (!rules) {
    await letIn(visit);
    return answerVisit(visit);
  }
  return withHeaders(await answerByRules(visit, chainOf(rules, visit.target)), visit.responseHeaders);
}

/** Waits only where there is something to wait for: that costs more than most steps do. */
async function answerByRules(visit: Visit, { beforeAuth, afterAuth }: Chain): Promise<Response> {
  try {
    const early = runSteps(beforeAuth, visit);
    const refused = early instanceof Promise ? await early : early;
    if (refused) return refused;
    await letIn(visit);
    const late = runSteps(afterAuth, visit);
    const answered = late instanceof Promise ? await late : late;
    return answered ?? (await answerWithin(visit));
  } catch (error) {
    if (error instanceof PlatformError) return errorResponse(error, visit.requestId);
    throw error;
  } finally {
    for (const done of visit.atAnswer) done();
  }
}

async function letIn(visit: Visit): Promise<void> {
  if (visit.letIn) {
    visit.trace.note('auth', 'not asked for, as the explanation is to go on');
    return;
  }
  try {
    visit.admission = await admit(visit);
  } catch (error) {
    if (error instanceof PlatformError) visit.trace.note('auth', `refused: ${error.message}`);
    throw error;
  }
}

/** The answer, with what stands around it. */
function answerWithin(visit: Visit): Promise<Response> {
  return visit.around.reduceRight<() => Promise<Response>>(
    (next, around) => () => around(visit, next),
    () => answerVisit(visit),
  )();
}
