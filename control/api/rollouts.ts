// /functions/{id}/rollouts: moving visitors to another version step by step.

import { z } from '@hono/zod-openapi';
import { STRATEGIES, startRolloutSchema } from '../model/rollout.ts';
import type { Platform } from '../platform/platform.ts';
import { exampleRollout, exampleVersionId } from './examples.ts';
import { functionParams, functionParamsAnd, functionRef } from './function-ref.ts';
import type { ErrorCase } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { pageQuery, projectQuery } from './query.ts';
import { rolloutJson, rolloutSchema } from './rollout-json.ts';

const rolloutPageSchema = z.strictObject({ rollouts: z.array(rolloutSchema), cursor: z.string().nullable() });
export type RolloutPage = z.output<typeof rolloutPageSchema>;

const projectOnly = z.strictObject(projectQuery);
const rolloutParams = functionParamsAnd('rollout', 'Id of the rollout.', exampleRollout.id);

const NOT_NOW: ErrorCase = { code: 'FN_006', status: 409, means: 'Not in the state that it is in.' };

const COMMANDS = {
  promote: 'Goes to the next step at once, whatever the guard says; from the last step it completes.',
  pause: 'Stays at its step until it is resumed. The guard goes on watching.',
  resume: 'Goes on with a paused rollout; its step is watched from the start.',
  abort: 'Gives everything back to the old version.',
} as const;

export function addRollouts(app: ApiApp, platform: Platform): void {
  const startSchema = app.openAPIRegistry.register('StartRollout', startRolloutSchema);

  addOperation(
    app,
    {
      name: 'listRollouts',
      method: 'get',
      path: '/functions/{id}/rollouts',
      access: 'read',
      tag: 'Versions',
      summary: 'List rollouts',
      params: functionParams,
      query: z.strictObject({ ...projectQuery, ...pageQuery }),
      answers: [
        {
          status: 200,
          means: 'A page, the newest first.',
          schema: rolloutPageSchema,
          example: { rollouts: [exampleRollout], cursor: null },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const { limit, cursor } = call.query;
      const page = await platform.listRollouts(call.by, functionRef(call), { limit, cursor });
      return Response.json({ rollouts: page.items.map(rolloutJson), cursor: page.cursor });
    },
  );

  addOperation(
    app,
    {
      name: 'startRollout',
      method: 'post',
      path: '/functions/{id}/rollouts',
      access: 'change',
      tag: 'Versions',
      summary: 'Begin a rollout',
      description: `Moves visitors from the live version to another one, by one of the strategies ${STRATEGIES.join(', ')}. The answer comes when the first step is live. A deployment of any other kind ends the rollout where it is.`,
      params: functionParams,
      query: projectOnly,
      body: {
        schema: startSchema,
        required: true,
        example: { version: exampleVersionId.slice(0, 8), strategy: 'canary' },
      },
      answers: [{ status: 201, means: 'It goes on.', schema: rolloutSchema, example: exampleRollout }],
      errors: ['FN_001', NOT_NOW, 'FN_005', 'FN_008', 'SYS_002'],
    },
    async (call) =>
      Response.json(rolloutJson(await platform.startRollout(call.by, functionRef(call), call.body)), {
        status: 201,
      }),
  );

  addOperation(
    app,
    {
      name: 'getRollout',
      method: 'get',
      path: '/functions/{id}/rollouts/{rollout}',
      access: 'read',
      tag: 'Versions',
      summary: 'Show a rollout',
      params: rolloutParams,
      query: projectOnly,
      answers: [
        {
          status: 200,
          means: 'Where it is, and what its versions answered since the step began.',
          schema: rolloutSchema,
          example: exampleRollout,
        },
      ],
      errors: ['FN_001'],
    },
    async (call) =>
      Response.json(
        rolloutJson(await platform.getRollout(call.by, functionRef(call), call.param('rollout'))),
      ),
  );

  for (const command of ['promote', 'pause', 'resume', 'abort'] as const)
    addOperation(
      app,
      {
        name: `${command}Rollout`,
        method: 'post',
        path: `/functions/{id}/rollouts/{rollout}/${command}`,
        access: 'change',
        tag: 'Versions',
        summary: `${command[0]?.toUpperCase()}${command.slice(1)} a rollout`,
        description: COMMANDS[command],
        params: rolloutParams,
        query: projectOnly,
        answers: [{ status: 200, means: 'It is done.', schema: rolloutSchema, example: exampleRollout }],
        errors: ['FN_001', NOT_NOW, 'FN_005', 'FN_008', 'SYS_002'],
      },
      async (call) => {
        const id = call.param('rollout');
        return Response.json(
          rolloutJson(await platform.commandRollout(call.by, functionRef(call), id, command)),
        );
      },
    );
}
