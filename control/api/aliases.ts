// /functions/{id}/aliases: names of versions.

import { z } from '@hono/zod-openapi';
import { aliasNameSchema, setAliasSchema } from '../model/alias.ts';
import { check } from '../model/validation-message.ts';
import type { AliasView, Platform } from '../platform/platform.ts';
import { exampleAlias, exampleVersionId } from './examples.ts';
import { functionParams, functionParamsAnd, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { projectQuery } from './query.ts';

const aliasSchema = z
  .strictObject({
    name: z.string(),
    version: z.string(),
    url: z.string().openapi({ description: 'Where the version answers by this name.' }),
    updated_at: z.iso.datetime(),
  })
  .openapi('Alias');
export type Alias = z.output<typeof aliasSchema>;

const aliasListSchema = z.strictObject({ aliases: z.array(aliasSchema) });
export type AliasList = z.output<typeof aliasListSchema>;

const deletedAliasSchema = z.strictObject({ name: z.string(), deleted: z.literal(true) });
export type DeletedAlias = z.output<typeof deletedAliasSchema>;

const projectOnly = z.strictObject(projectQuery);
const aliasParam = z.strictObject({ name: aliasNameSchema });
const aliasParams = functionParamsAnd('name', 'Name of the alias.', exampleAlias.name);

export function addAliases(app: ApiApp, platform: Platform): void {
  const setSchema = app.openAPIRegistry.register('SetAlias', setAliasSchema);

  addOperation(
    app,
    {
      name: 'listAliases',
      method: 'get',
      path: '/functions/{id}/aliases',
      access: 'read',
      tag: 'Versions',
      summary: 'List aliases',
      params: functionParams,
      query: projectOnly,
      answers: [
        {
          status: 200,
          means: 'All of them, by name.',
          schema: aliasListSchema,
          example: { aliases: [exampleAlias] },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const aliases = await platform.listAliases(call.by, functionRef(call));
      return Response.json({ aliases: aliases.map(aliasJson) });
    },
  );

  addOperation(
    app,
    {
      name: 'getAlias',
      method: 'get',
      path: '/functions/{id}/aliases/{name}',
      access: 'read',
      tag: 'Versions',
      summary: 'Show an alias',
      params: aliasParams,
      query: projectOnly,
      answers: [{ status: 200, means: 'The alias.', schema: aliasSchema, example: exampleAlias }],
      errors: ['FN_001'],
    },
    async (call) =>
      Response.json(aliasJson(await platform.getAlias(call.by, functionRef(call), call.param('name')))),
  );

  addOperation(
    app,
    {
      name: 'setAlias',
      method: 'put',
      path: '/functions/{id}/aliases/{name}',
      access: 'change',
      tag: 'Versions',
      summary: 'Let an alias lead to a version',
      description: 'Makes the alias if there is none. When the answer comes, every front has it.',
      params: aliasParams,
      query: projectOnly,
      body: { schema: setSchema, required: true, example: { version: exampleVersionId.slice(0, 8) } },
      answers: [{ status: 200, means: 'The alias.', schema: aliasSchema, example: exampleAlias }],
      errors: ['FN_001', 'SYS_002'],
    },
    async (call) => {
      const { name } = check(aliasParam, { name: call.param('name') }, 'query');
      const { version } = call.body;
      return Response.json(aliasJson(await platform.setAlias(call.by, functionRef(call), name, version)));
    },
  );

  addOperation(
    app,
    {
      name: 'deleteAlias',
      method: 'delete',
      path: '/functions/{id}/aliases/{name}',
      access: 'change',
      tag: 'Versions',
      summary: 'Delete an alias',
      description: 'The version that it leads to stays.',
      params: aliasParams,
      query: projectOnly,
      answers: [
        {
          status: 200,
          means: 'It is gone.',
          schema: deletedAliasSchema,
          example: { name: exampleAlias.name, deleted: true },
        },
      ],
      errors: ['FN_001', 'SYS_002'],
    },
    async (call) => {
      const name = call.param('name');
      await platform.deleteAlias(call.by, functionRef(call), name);
      return Response.json({ name, deleted: true });
    },
  );
}

const aliasJson = ({ name, version, url, updatedAt }: AliasView): Alias => ({
  ...{ name, version, url },
  updated_at: updatedAt,
});
