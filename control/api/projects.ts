// /projects: functions that belong together, with settings and variables in common.

import { z } from '@hono/zod-openapi';
import { createProjectSchema, projectSettingsSchema, updateProjectSchema } from '../model/project.ts';
import type { Platform, ProjectView } from '../platform/platform.ts';
import { exampleProject } from './examples.ts';
import type { ErrorCase } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { pageQuery } from './query.ts';

const projectSchema = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    settings: projectSettingsSchema,
    functions: z.int().openapi({ description: 'How many there are in it, in all environments.' }),
    created_at: z.iso.datetime(),
  })
  .openapi('Project');
export type ProjectJson = z.output<typeof projectSchema>;
const projectPageSchema = z.strictObject({ projects: z.array(projectSchema), cursor: z.string().nullable() });
export type ProjectPage = z.output<typeof projectPageSchema>;
const deletedProjectSchema = z.strictObject({ name: z.string(), deleted: z.literal(true) });
export type DeletedProject = z.output<typeof deletedProjectSchema>;

const NAME_TAKEN: ErrorCase = { code: 'FN_006', status: 409, means: 'There is a project of this name.' };
const IN_USE: ErrorCase = { code: 'FN_006', status: 409, means: 'It has functions.' };

const noQuery = z.strictObject({});
export const projectParams = z.strictObject({
  project: z.string().openapi({ description: 'Name of the project.', example: exampleProject.name }),
});

export function addProjects(app: ApiApp, platform: Platform): void {
  const createSchema = app.openAPIRegistry.register('CreateProject', createProjectSchema);
  const updateSchema = app.openAPIRegistry.register('UpdateProject', updateProjectSchema);
  const shown = { status: 200, means: 'The project.', schema: projectSchema, example: exampleProject };

  addOperation(
    app,
    {
      name: 'listProjects',
      method: 'get',
      path: '/projects',
      access: 'read',
      tag: 'Projects',
      summary: 'List projects',
      description: 'By name. A key for some projects sees those.',
      query: z.strictObject(pageQuery),
      answers: [
        {
          status: 200,
          means: 'A page of projects.',
          schema: projectPageSchema,
          example: { projects: [exampleProject], cursor: null },
        },
      ],
    },
    async ({ by, query }) => {
      const page = await platform.listProjects(by, query);
      return Response.json({ projects: page.items.map(projectJson), cursor: page.cursor });
    },
  );

  addOperation(
    app,
    {
      name: 'createProject',
      method: 'post',
      path: '/projects',
      access: 'change',
      tag: 'Projects',
      summary: 'Make a project',
      description: 'The first function of a project makes it too.',
      query: noQuery,
      body: { schema: createSchema, required: true, example: { name: exampleProject.name } },
      answers: [{ ...shown, status: 201 }],
      errors: [NAME_TAKEN, 'SYS_002'],
    },
    async ({ by, body }) => {
      const made = projectJson(await platform.createProject(by, body));
      return Response.json(made, { status: 201, headers: { location: `/projects/${made.name}` } });
    },
  );

  addOperation(
    app,
    {
      name: 'getProject',
      method: 'get',
      path: '/projects/{project}',
      access: 'read',
      tag: 'Projects',
      summary: 'Show a project',
      params: projectParams,
      query: noQuery,
      answers: [shown],
      errors: ['FN_001'],
    },
    async ({ by, param }) => Response.json(projectJson(await platform.getProject(by, param('project')))),
  );

  addOperation(
    app,
    {
      name: 'updateProject',
      method: 'patch',
      path: '/projects/{project}',
      access: 'administer',
      tag: 'Projects',
      summary: 'Change a project',
      description: 'What is left out stays, of `settings` too.',
      params: projectParams,
      query: noQuery,
      body: { schema: updateSchema, required: true, example: { description: exampleProject.description } },
      answers: [{ ...shown, means: 'The project as it is now.' }],
      errors: ['FN_001', 'SYS_002'],
    },
    async ({ by, body, param }) =>
      Response.json(projectJson(await platform.updateProject(by, param('project'), body))),
  );

  addOperation(
    app,
    {
      name: 'deleteProject',
      method: 'delete',
      path: '/projects/{project}',
      access: 'administer',
      tag: 'Projects',
      summary: 'Delete a project',
      description: 'With its environments and their variables. Refused while it has functions.',
      params: projectParams,
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'It is gone.',
          schema: deletedProjectSchema,
          example: { name: exampleProject.name, deleted: true },
        },
      ],
      errors: ['FN_001', IN_USE],
    },
    async ({ by, param }) => {
      const name = param('project');
      await platform.deleteProject(by, name);
      return Response.json({ name, deleted: true });
    },
  );
}

const projectJson = ({ record, functions }: ProjectView): ProjectJson => ({
  name: record.name,
  description: record.description,
  settings: record.settings,
  functions,
  created_at: record.createdAt,
});
