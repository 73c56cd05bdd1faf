// /functions/{id}/deployments: which versions were live with which shares, and giving them others.

import { z } from '@hono/zod-openapi';
import { createDeploymentSchema } from '../model/deployment.ts';
import type { DeploymentRecord } from '../model/function.ts';
import { toPercent } from '../model/share.ts';
import type { Platform } from '../platform/platform.ts';
import { exampleDeployment, exampleVersionId } from './examples.ts';
import { functionParams, functionParamsAnd, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { pageQuery, projectQuery } from './query.ts';

const deploymentSchema = z
  .strictObject({
    id: z.string(),
    function_id: z.string(),
    versions: z
      .array(
        z.strictObject({
          version: z.string(),
          share: z.number().min(0).max(100).openapi({ description: 'Percent of new visitors.' }),
        }),
      )
      .openapi({ description: 'The newest version first.' }),
    strategy: z.string().nullable(),
    message: z.string().nullable(),
    author: z.string().nullable(),
    reason: z.string().nullable().openapi({ description: 'Why the platform made it by itself.' }),
    rollout: z.string().nullable().openapi({ description: 'Id of the rollout that it is a step of.' }),
    created_at: z.iso.datetime(),
  })
  .openapi('Deployment');
export type Deployment = z.output<typeof deploymentSchema>;

const deploymentPageSchema = z.strictObject({
  deployments: z.array(deploymentSchema),
  cursor: z.string().nullable(),
});
export type DeploymentPage = z.output<typeof deploymentPageSchema>;

const pageOfFunction = z.strictObject({ ...projectQuery, ...pageQuery });
const projectOnly = z.strictObject(projectQuery);

export function addDeployments(app: ApiApp, platform: Platform): void {
  const createSchema = app.openAPIRegistry.register('CreateDeployment', createDeploymentSchema);

  addOperation(
    app,
    {
      name: 'listDeployments',
      method: 'get',
      path: '/functions/{id}/deployments',
      access: 'read',
      tag: 'Versions',
      summary: 'List deployments',
      description: 'Each says which versions got which share; the newest is the live one.',
      params: functionParams,
      query: pageOfFunction,
      answers: [
        {
          status: 200,
          means: 'A page, the newest first.',
          schema: deploymentPageSchema,
          example: { deployments: [exampleDeployment], cursor: null },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const { limit, cursor } = call.query;
      const page = await platform.listDeployments(call.by, functionRef(call), { limit, cursor });
      return Response.json({ deployments: page.items.map(deploymentJson), cursor: page.cursor });
    },
  );

  addOperation(
    app,
    {
      name: 'createDeployment',
      method: 'post',
      path: '/functions/{id}/deployments',
      access: 'change',
      tag: 'Versions',
      summary: 'Share the traffic between versions',
      description:
        'Each version is started and probed before anything changes, and when the answer comes every front shares as asked for. A rollout that is under way ends.',
      params: functionParams,
      query: projectOnly,
      body: {
        schema: createSchema,
        required: true,
        example: { versions: [{ version: exampleVersionId.slice(0, 8), share: 100 }], message: 'all to it' },
      },
      answers: [{ status: 201, means: 'It is live.', schema: deploymentSchema, example: exampleDeployment }],
      errors: ['FN_001', 'FN_005', 'FN_008', 'SYS_002'],
    },
    async (call) =>
      Response.json(deploymentJson(await platform.createDeployment(call.by, functionRef(call), call.body)), {
        status: 201,
      }),
  );

  addOperation(
    app,
    {
      name: 'getDeployment',
      method: 'get',
      path: '/functions/{id}/deployments/{deployment}',
      access: 'read',
      tag: 'Versions',
      summary: 'Show a deployment',
      params: functionParamsAnd('deployment', 'Id of the deployment.', exampleDeployment.id),
      query: projectOnly,
      answers: [
        { status: 200, means: 'The deployment.', schema: deploymentSchema, example: exampleDeployment },
      ],
      errors: ['FN_001'],
    },
    async (call) =>
      Response.json(
        deploymentJson(await platform.getDeployment(call.by, functionRef(call), call.param('deployment'))),
      ),
  );
}

const deploymentJson = (deployment: DeploymentRecord): z.input<typeof deploymentSchema> => ({
  id: deployment.id,
  function_id: deployment.functionId,
  versions: deployment.versions.map(({ version, shareBp }) => ({ version, share: toPercent(shareBp) })),
  ...deployment.details,
  created_at: deployment.createdAt,
});
