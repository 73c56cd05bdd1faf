// /functions/{id}/promote: the very same version goes live in another environment.

import { z } from '@hono/zod-openapi';
import { deployEnvironmentSchema } from '../model/environment.ts';
import type { Platform, Promotion } from '../platform/platform.ts';
import { exampleDeployed, exampleVersionId } from './examples.ts';
import { deployedFunctionJson, deployedFunctionSchema } from './function-json.ts';
import { functionParams, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { projectQuery } from './query.ts';

const promoteSchema = z
  .strictObject({
    from: deployEnvironmentSchema.optional().openapi({
      description: 'Where the version is now; the environment of the function that is named, if absent.',
    }),
    to: deployEnvironmentSchema.openapi({ description: 'Where it is to go live.' }),
    version: z
      .string()
      .regex(/^[0-9a-f]{8,64}$/, 'must be the id of a version, or its first 8 digits or more')
      .optional()
      .openapi({ description: 'Id of a version, or its first 8 digits or more; the live one if absent.' }),
    replace_variables: z.boolean().default(false).openapi({
      description:
        'Whether variables and secrets that were set on the function there, and that the version has not or has otherwise, may go.',
    }),
  })
  .openapi('Promote');
export type PromoteInput = z.input<typeof promoteSchema>;

export function addPromote(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'promoteFunction',
      method: 'post',
      path: '/functions/{id}/promote',
      access: 'change',
      tag: 'Functions',
      summary: 'Make a version live in another environment',
      description:
        'The same version, unchanged and not built again. The function there is made if it does not exist, with the settings of this one and without its routes. What is set at the environment is its own: variables, routes.',
      params: functionParams,
      query: z.strictObject(projectQuery),
      body: {
        schema: promoteSchema,
        required: true,
        example: { from: 'staging', to: 'prod', version: exampleVersionId.slice(0, 8) },
      },
      answers: [
        {
          status: 200,
          means: 'It is live there: the function of that environment.',
          schema: deployedFunctionSchema,
          example: exampleDeployed,
        },
      ],
      errors: ['FN_001', 'FN_005', 'FN_008', 'SYS_002'],
    },
    async (call) =>
      Response.json(
        deployedFunctionJson(await platform.promote(call.by, functionRef(call), promotionOf(call.body))),
      ),
  );
}

const promotionOf = ({
  replace_variables: replaceVariables,
  ...same
}: z.output<typeof promoteSchema>): Promotion => ({
  ...same,
  replaceVariables,
});
