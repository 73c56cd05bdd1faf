// /functions: create, read, change and delete; deploy and roll back.

import { z } from '@hono/zod-openapi';
import { assetsInputSchema } from '../model/assets.ts';
import { versionRefSchema } from '../model/deployment.ts';
import { deployEnvironmentSchema } from '../model/environment.ts';
import {
  annotationShape,
  createFunctionSchema,
  deploySchema,
  nameSchema,
  STATUSES,
  updateFunctionSchema,
} from '../model/function.ts';
import { FILES_ALONE, ReadyMade } from '../model/ready-made.ts';
import type { Platform } from '../platform/platform.ts';
import { assetsOwner, settledAssets } from './assets.ts';
import { exampleCreate, exampleDeployed, exampleFunction, exampleVersionId } from './examples.ts';
import {
  deployedFunctionJson,
  deployedFunctionSchema,
  functionJson,
  functionSchema,
  functionWithCodeSchema,
} from './function-json.ts';
import { functionParams, functionRef } from './function-ref.ts';
import type { ErrorCase } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { pageQuery, projectQuery, searchLengthMax } from './query.ts';
import { checkSourceSize } from './source-size.ts';

const NAME_TAKEN: ErrorCase = {
  code: 'FN_006',
  status: 409,
  means: 'The project has a function of this name.',
};

const inEnvironmentQuery = deployEnvironmentSchema.optional().openapi({
  description:
    'Where it is made: with `staging`, `name` is its base and it is called `hello-staging`. Without it, a name of that form is of that environment if the project has it and a function `hello`.',
  example: 'staging',
});
const assetsField = assetsInputSchema.optional().openapi({
  description:
    'Static files: the `token` of those that were announced and sent, and the rules by which they are served. Null takes them away.',
});

const projectOnly = z.strictObject(projectQuery);

const functionPageSchema = z.strictObject({
  functions: z.array(functionSchema),
  cursor: z.string().nullable(),
});
export type FunctionPage = z.output<typeof functionPageSchema>;

const deletedFunctionSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  project: z.string(),
  deleted: z.literal(true),
});
export type DeletedFunction = z.output<typeof deletedFunctionSchema>;

export function addFunctions(app: ApiApp, platform: Platform): void {
  const createSchema = app.openAPIRegistry.register(
    'CreateFunction',
    createFunctionSchema.safeExtend({ assets: assetsField }),
  );
  const deployBody = app.openAPIRegistry.register('Deploy', deploySchema);
  const updateSchema = app.openAPIRegistry.register(
    'UpdateFunction',
    updateFunctionSchema.safeExtend({ assets: assetsField }),
  );

  addOperation(
    app,
    {
      name: 'listFunctions',
      method: 'get',
      path: '/functions',
      access: 'read',
      tag: 'Functions',
      summary: 'List functions',
      query: z.strictObject({
        project: nameSchema.optional().openapi({ description: 'Only of this project.', example: 'shop' }),
        environment: deployEnvironmentSchema
          .optional()
          .openapi({ description: 'Only of this environment.', example: 'staging' }),
        status: z.enum(STATUSES).optional().openapi({ description: 'Only with this status.' }),
        search: z.string().min(1).max(searchLengthMax).optional().openapi({
          description: 'Only whose name has this in it.',
          example: 'cart',
        }),
        ...pageQuery,
      }),
      answers: [
        {
          status: 200,
          means: 'A page of functions.',
          schema: functionPageSchema,
          example: { functions: [exampleFunction], cursor: null },
        },
      ],
    },
    async ({ query, by }) => {
      const page = await platform.listFunctions(by, query);
      return Response.json({ functions: page.items.map(functionJson), cursor: page.cursor });
    },
  );

  addOperation(
    app,
    {
      name: 'createFunction',
      method: 'post',
      path: '/functions',
      access: 'change',
      tag: 'Functions',
      summary: 'Create a function',
      description:
        'With `code` the function is built and made live before the answer comes, unless `deploy` is false. A deployment that fails answers FN_005 with the build log; the function then exists with the status `failed`.',
      query: z.strictObject({ environment: inEnvironmentQuery }),
      body: { schema: createSchema, required: true, example: exampleCreate },
      answers: [
        {
          status: 201,
          means: 'The function, with the build log.',
          schema: deployedFunctionSchema,
          example: exampleDeployed,
        },
      ],
      errors: [NAME_TAKEN, 'FN_005', 'FN_008', 'SYS_002'],
    },
    async ({ body, by, query }) => {
      const { assets, ...settings } = body;
      checkSourceSize(settings.code);
      const owner = { project: settings.project, function: settings.name };
      const kept = await settledAssets(platform, by, () => owner, assets);
      const alone = kept.assets && settings.code === undefined && { modules: new ReadyMade(FILES_ALONE) };
      const input = { ...settings, ...kept, ...alone, inEnvironment: query.environment };
      const created = deployedFunctionJson(await platform.createFunction(by, input));
      return Response.json(created, { status: 201, headers: { location: `/functions/${created.id}` } });
    },
  );

  addOperation(
    app,
    {
      name: 'getFunction',
      method: 'get',
      path: '/functions/{id}',
      access: 'read',
      tag: 'Functions',
      summary: 'Show a function',
      params: functionParams,
      query: z.strictObject({
        ...projectQuery,
        include: z
          .literal('code')
          .optional()
          .openapi({ description: 'Adds the source as it was sent, for the roles that may deploy.' }),
      }),
      answers: [
        {
          status: 200,
          means: 'The function.',
          schema: functionWithCodeSchema,
          example: {
            ...exampleFunction,
            build_logs: exampleDeployed.build_logs,
            code: exampleCreate.code,
          },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const ref = functionRef(call);
      const { by } = call;
      const withCode = call.query.include === 'code';
      if (withCode) call.require('read_source', 'include=code');
      const view = await platform.getFunction(by, ref);
      const shown = { ...functionJson(view), build_logs: view.buildLogs };
      return Response.json(withCode ? { ...shown, code: await platform.getCode(by, ref) } : shown);
    },
  );

  addOperation(
    app,
    {
      name: 'updateFunction',
      method: 'put',
      path: '/functions/{id}',
      access: 'change',
      tag: 'Functions',
      summary: 'Change a function',
      description:
        'What is left out stays. New `code` makes a new version, which is made live unless `deploy` is false; the version before it serves until then, and goes on serving if the new one fails.',
      params: functionParams,
      query: projectOnly,
      body: { schema: updateSchema, required: true, example: { timeout: 60, code: exampleCreate.code } },
      answers: [
        {
          status: 200,
          means: 'The function as it is now.',
          schema: deployedFunctionSchema,
          example: { ...exampleDeployed, timeout: 60 },
        },
      ],
      errors: ['FN_001', NAME_TAKEN, 'FN_005', 'FN_008', 'SYS_002'],
    },
    async (call) => {
      const { assets, ...input } = call.body;
      checkSourceSize(input.code);
      const ref = functionRef(call);
      const kept = await settledAssets(platform, call.by, () => assetsOwner(platform, call.by, ref), assets);
      return Response.json(
        deployedFunctionJson(await platform.updateFunction(call.by, ref, { ...input, ...kept })),
      );
    },
  );

  addOperation(
    app,
    {
      name: 'deleteFunction',
      method: 'delete',
      path: '/functions/{id}',
      access: 'change',
      tag: 'Functions',
      summary: 'Delete a function',
      description: 'With its versions, its environment and its logs. Requests that run are let finish.',
      params: functionParams,
      query: projectOnly,
      answers: [
        {
          status: 200,
          means: 'It is gone.',
          schema: deletedFunctionSchema,
          example: { id: exampleFunction.id, name: 'hello', project: 'default', deleted: true },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const { record } = await platform.getFunction(call.by, functionRef(call));
      // By the id, so that a function that takes the name in between is not deleted in its stead.
      await platform.deleteFunction(call.by, { idOrName: record.id });
      return Response.json({ id: record.id, name: record.name, project: record.project, deleted: true });
    },
  );

  addOperation(
    app,
    {
      name: 'deployFunction',
      method: 'post',
      path: '/functions/{id}/deploy',
      access: 'change',
      tag: 'Functions',
      summary: 'Make the newest source live',
      description:
        'Builds it if it was never built, starts it, probes it, and only then sends requests to it.',
      params: functionParams,
      query: projectOnly,
      body: { schema: deployBody, required: false, example: { message: 'greet by name', tag: 'v1.2' } },
      answers: [
        { status: 200, means: 'It is live.', schema: deployedFunctionSchema, example: exampleDeployed },
      ],
      errors: ['FN_001', 'FN_005', 'FN_008', 'SYS_002'],
    },
    async (call) =>
      Response.json(deployedFunctionJson(await platform.deploy(call.by, functionRef(call), call.body))),
  );

  addOperation(
    app,
    {
      name: 'rollbackFunction',
      method: 'post',
      path: '/functions/{id}/rollback',
      access: 'change',
      tag: 'Functions',
      summary: 'Make an earlier version live again',
      description: 'The one before the live one, unless `version` names another.',
      params: functionParams,
      query: projectOnly,
      body: {
        schema: z.strictObject({
          version: versionRefSchema
            .optional()
            .openapi({ description: 'Id of a version, or its first 8 digits or more.' }),
          message: annotationShape.message.openapi({ description: 'Why, for people.' }),
        }),
        required: false,
        example: { version: exampleVersionId.slice(0, 8) },
      },
      answers: [
        { status: 200, means: 'It is live.', schema: deployedFunctionSchema, example: exampleDeployed },
      ],
      errors: ['FN_001', 'FN_005', 'FN_008'],
    },
    async (call) =>
      Response.json(
        deployedFunctionJson(
          await platform.rollback(call.by, functionRef(call), call.body.version, call.body.message),
        ),
      ),
  );
}
