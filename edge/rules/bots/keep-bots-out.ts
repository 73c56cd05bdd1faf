// The step that keeps bots out.

import type { BotsEntry } from '../../contract/rules/bots.ts';
import { PlatformError } from '../../dispatch/platform-error.ts';
import type { Step, StepMaker } from '../step.ts';
import { judgeAgent } from './judge-agent.ts';

export const botsStep: StepMaker = { name: 'bots', prepare: ({ bots }) => bots && keepBotsOut(bots) };

const shownMax = 200;

function keepBotsOut(entry: BotsEntry): Step {
  return ({ request, trace }) => {
    const agent = request.headers.get('user-agent');
    const { allowed, why } = judgeAgent(entry, agent);
    trace.note('bots', `${allowed ? 'let in' : 'kept out'}: ${why}`, {
      user_agent: agent?.slice(0, shownMax),
    });
    if (allowed) return undefined;
    throw new PlatformError(
      'FN_009',
      403,
      'Programs that call themselves as this one does are not taken here.',
    );
  };
}
