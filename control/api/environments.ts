// /projects/{project}/environments: where functions run with variables, routes and a live version of their own.

import { z } from '@hono/zod-openapi';
import { createEnvironmentSchema, putEnvironmentSchema } from '../model/environment.ts';
import type { EnvironmentView, Platform } from '../platform/platform.ts';
import { exampleEnvironment, exampleProject } from './examples.ts';
import type { ErrorCase } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { projectParams } from './projects.ts';

const environmentSchema = z
  .strictObject({
    name: z.string(),
    project: z.string(),
    description: z.string(),
    functions: z.int().openapi({ description: 'How many there are in it.' }),
    created_at: z.iso
      .datetime()
      .nullable()
      .openapi({ description: 'Null for dev, staging and prod, which every project has.' }),
  })
  .openapi('Environment');
export type EnvironmentJson = z.output<typeof environmentSchema>;
const environmentListSchema = z.strictObject({ environments: z.array(environmentSchema) });
export type EnvironmentList = z.output<typeof environmentListSchema>;
const deletedEnvironmentSchema = z.strictObject({
  name: z.string(),
  project: z.string(),
  deleted: z.literal(true),
});
export type DeletedEnvironment = z.output<typeof deletedEnvironmentSchema>;

const NAME_TAKEN: ErrorCase = {
  code: 'FN_006',
  status: 409,
  means: 'The project has an environment of this name, or as many as it may have.',
};
const IN_USE: ErrorCase = {
  code: 'FN_006',
  status: 409,
  means: 'It has functions, or every project has it.',
};

const noQuery = z.strictObject({});
export const environmentParams = projectParams.extend({
  environment: z.string().openapi({ description: 'Name of the environment.', example: 'staging' }),
});

export function addEnvironments(app: ApiApp, platform: Platform): void {
  const createSchema = app.openAPIRegistry.register('CreateEnvironment', createEnvironmentSchema);
  const putSchema = app.openAPIRegistry.register('PutEnvironment', putEnvironmentSchema);
  const shown = {
    ...{ status: 200, means: 'The environment.' },
    ...{ schema: environmentSchema, example: exampleEnvironment },
  };

  addOperation(
    app,
    {
      name: 'listEnvironments',
      method: 'get',
      path: '/projects/{project}/environments',
      access: 'read',
      tag: 'Projects',
      summary: 'List environments',
      params: projectParams,
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'All of them: dev, staging and prod first, then the others by name.',
          schema: environmentListSchema,
          example: { environments: [exampleEnvironment] },
        },
      ],
      errors: ['FN_001'],
    },
    async ({ by, param }) => {
      const views = await platform.listEnvironments(by, param('project'));
      return Response.json({ environments: views.map(environmentJson) });
    },
  );

  addOperation(
    app,
    {
      name: 'createEnvironment',
      method: 'post',
      path: '/projects/{project}/environments',
      access: 'change',
      tag: 'Projects',
      summary: 'Make an environment',
      params: projectParams,
      query: noQuery,
      body: { schema: createSchema, required: true, example: { name: exampleEnvironment.name } },
      answers: [{ ...shown, status: 201 }],
      errors: ['FN_001', NAME_TAKEN, 'SYS_002'],
    },
    async ({ by, body, param }) => {
      const made = environmentJson(await platform.createEnvironment(by, param('project'), body));
      const location = `/projects/${made.project}/environments/${made.name}`;
      return Response.json(made, { status: 201, headers: { location } });
    },
  );

  addOperation(
    app,
    {
      name: 'getEnvironment',
      method: 'get',
      path: '/projects/{project}/environments/{environment}',
      access: 'read',
      tag: 'Projects',
      summary: 'Show an environment',
      params: environmentParams,
      query: noQuery,
      answers: [shown],
      errors: ['FN_001'],
    },
    async ({ by, param }) =>
      Response.json(
        environmentJson(await platform.getEnvironment(by, param('project'), param('environment'))),
      ),
  );

  addOperation(
    app,
    {
      name: 'putEnvironment',
      method: 'put',
      path: '/projects/{project}/environments/{environment}',
      access: 'change',
      tag: 'Projects',
      summary: 'Make an environment, or change it',
      params: environmentParams,
      query: noQuery,
      body: { schema: putSchema, required: false, example: { description: exampleEnvironment.description } },
      answers: [{ ...shown, means: 'The environment as it is now.' }],
      errors: ['FN_001', NAME_TAKEN, 'SYS_002'],
    },
    async ({ by, body, param }) =>
      Response.json(
        environmentJson(await platform.putEnvironment(by, param('project'), param('environment'), body)),
      ),
  );

  addOperation(
    app,
    {
      name: 'deleteEnvironment',
      method: 'delete',
      path: '/projects/{project}/environments/{environment}',
      access: 'change',
      tag: 'Projects',
      summary: 'Delete an environment',
      description: 'With its variables. Refused while it has functions.',
      params: environmentParams,
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'It is gone.',
          schema: deletedEnvironmentSchema,
          example: { name: exampleEnvironment.name, project: exampleProject.name, deleted: true },
        },
      ],
      errors: ['FN_001', IN_USE],
    },
    async ({ by, param }) => {
      const [project, name] = [param('project'), param('environment')];
      await platform.deleteEnvironment(by, project, name);
      return Response.json({ name, project, deleted: true });
    },
  );
}

const environmentJson = ({ record, functions }: EnvironmentView): EnvironmentJson => ({
  name: record.name,
  project: record.project,
  description: record.description,
  functions,
  created_at: record.createdAt,
});
