// /functions/{id}/env: variables and secrets. A secret's value goes in and never comes out.

import { z } from '@hono/zod-openapi';
import { may } from '../model/access.ts';
import { type EnvVariable, setEnvSchema } from '../model/function.ts';
import { ENV_SOURCES } from '../model/overlay.ts';
import type { Platform } from '../platform/platform.ts';
import { exampleDeployed, exampleEnv, exampleVersionId } from './examples.ts';
import { functionParams, functionParamsAnd, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { projectQuery } from './query.ts';

export const envShape = {
  key: z.string(),
  secret: z.boolean(),
  value: z.string().optional().openapi({ description: 'Absent for secrets, and for a viewer.' }),
  updated_at: z.iso.datetime(),
};
const envSchema = z.strictObject(envShape).openapi('EnvVariable');
type EnvJson = z.output<typeof envSchema>;

/** A change of the environment makes a version of a function that is live. */
const deployedShape = {
  version: z.string().nullable().openapi({ description: 'The version that was made; null for a draft.' }),
  build_logs: z.array(z.string()),
};

export const envListSchema = z.strictObject({ env: z.array(envSchema) });
export type EnvList = z.output<typeof envListSchema>;
const effectiveEnvSchema = z
  .strictObject({
    ...envShape,
    source: z.enum(ENV_SOURCES).openapi({
      description:
        'Where it is set: for the `project`, for the `environment`, by the `function` itself (part of its versions), or as an `override` for this function in its environment. The last of these wins.',
    }),
  })
  .openapi('EffectiveEnvVariable');
const effectiveEnvListSchema = z.strictObject({ env: z.array(effectiveEnvSchema) });
export type EffectiveEnvList = z.output<typeof effectiveEnvListSchema>;
const envWasSetSchema = z.strictObject({ ...envShape, ...deployedShape });
export type EnvWasSet = z.output<typeof envWasSetSchema>;
const envWasDeletedSchema = z.strictObject({
  key: z.string(),
  deleted: z.literal(true),
  ...deployedShape,
});
export type EnvWasDeleted = z.output<typeof envWasDeletedSchema>;

const projectOnly = z.strictObject(projectQuery);

export function addEnv(app: ApiApp, platform: Platform): void {
  const setSchema = app.openAPIRegistry.register('SetEnvVariable', setEnvSchema);

  addOperation(
    app,
    {
      name: 'listEnv',
      method: 'get',
      path: '/functions/{id}/env',
      access: 'read',
      tag: 'Environment',
      summary: 'List variables and secrets',
      params: functionParams,
      query: projectOnly,
      answers: [
        {
          status: 200,
          means:
            'All that the function runs with, secrets without their values; a viewer gets no values at all.',
          schema: effectiveEnvListSchema,
          example: {
            env: [
              { ...exampleEnv, source: 'function' },
              { key: 'API_KEY', secret: true, updated_at: exampleEnv.updated_at, source: 'environment' },
            ],
          },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const env = await platform.effectiveEnv(call.by, functionRef(call));
      const shows = may(call.by.actor.role, 'read_source') ? envJson : envNameJson;
      return Response.json({
        env: env.map((variable) => ({ ...shows(variable), source: variable.source })),
      } satisfies EffectiveEnvList);
    },
  );

  addOperation(
    app,
    {
      name: 'setEnv',
      method: 'post',
      path: '/functions/{id}/env',
      access: 'change',
      tag: 'Environment',
      summary: 'Set a variable or a secret',
      description:
        'Adds or replaces it. A function that is live gets a new version with it, which is deployed.',
      params: functionParams,
      query: projectOnly,
      body: { schema: setSchema, required: true, example: { key: 'API_KEY', value: 'k-123', secret: true } },
      answers: [
        {
          status: 200,
          means: 'It is set, and live if the function is.',
          schema: envWasSetSchema,
          example: { ...exampleEnv, version: exampleVersionId, build_logs: exampleDeployed.build_logs },
        },
      ],
      errors: ['FN_001', 'FN_005', 'FN_008', 'SYS_002'],
    },
    async (call) => {
      const { view, version, buildLogs } = await platform.setEnv(call.by, functionRef(call), call.body);
      const stored = await platform.listEnv(call.by, { idOrName: view.record.id });
      // Absent only if somebody deleted it meanwhile; it was set all the same.
      const variable = stored.find(({ key }) => key === call.body.key) ?? {
        ...call.body,
        updatedAt: view.record.updatedAt,
      };
      return Response.json({ ...envJson(variable), version: version?.id ?? null, build_logs: buildLogs });
    },
  );

  addOperation(
    app,
    {
      name: 'deleteEnv',
      method: 'delete',
      path: '/functions/{id}/env/{key}',
      access: 'change',
      tag: 'Environment',
      summary: 'Delete a variable or a secret',
      description: 'A function that is live gets a new version without it, which is deployed.',
      params: functionParamsAnd('key', 'Name of the variable.', 'GREETING'),
      query: projectOnly,
      answers: [
        {
          status: 200,
          means: 'It is gone.',
          schema: envWasDeletedSchema,
          example: {
            key: 'GREETING',
            deleted: true,
            version: exampleVersionId,
            build_logs: exampleDeployed.build_logs,
          },
        },
      ],
      errors: ['FN_001', 'FN_005', 'FN_008', 'SYS_002'],
    },
    async (call) => {
      const key = call.param('key');
      const { version, buildLogs } = await platform.deleteEnv(call.by, functionRef(call), key);
      return Response.json({ key, deleted: true, version: version?.id ?? null, build_logs: buildLogs });
    },
  );
}

/** For who may read, but not what was written. */
export const envNameJson = ({ key, secret, updatedAt }: EnvVariable): EnvJson => ({
  ...{ key, secret },
  updated_at: updatedAt,
});

export const envJson = (variable: EnvVariable): EnvJson => ({
  key: variable.key,
  secret: variable.secret,
  ...(!variable.secret && { value: variable.value }),
  updated_at: variable.updatedAt,
});
