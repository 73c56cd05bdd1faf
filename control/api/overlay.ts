// /projects/{project}/env and /projects/{project}/environments/{environment}/env: variables and secrets that are in
// no version. A secret's value goes in and never comes out.

import { z } from '@hono/zod-openapi';
import { may } from '../model/access.ts';
import { nameSchema, type SetEnv, setEnvSchema } from '../model/function.ts';
import { type OverlayScope, setEnvironmentEnvSchema } from '../model/overlay.ts';
import type { OverlayChange, Platform } from '../platform/platform.ts';
import { type EnvList, envJson, envListSchema, envNameJson, envShape } from './env.ts';
import { environmentParams } from './environments.ts';
import { exampleEnv, exampleOverlayChange } from './examples.ts';
import type { ErrorCase } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { projectParams } from './projects.ts';

const changeShape = {
  replaced: z.int().openapi({
    description: 'Functions whose instances were replaced. Those without one have it from their next start.',
  }),
  failed: z
    .array(z.strictObject({ function: z.string(), message: z.string() }))
    .openapi({ description: 'Functions that did not start with it: what ran before goes on.' }),
};
const overlayWasSetSchema = z.strictObject({ ...envShape, ...changeShape });
export type OverlayWasSet = z.output<typeof overlayWasSetSchema>;
const overlayWasDeletedSchema = z.strictObject({ key: z.string(), deleted: z.literal(true), ...changeShape });
export type OverlayWasDeleted = z.output<typeof overlayWasDeletedSchema>;

const REQUIRED: ErrorCase = {
  code: 'FN_006',
  status: 409,
  means: 'A function that is live requires it (`env_required`).',
};

interface Query {
  readonly function?: string | undefined;
}
interface Body extends SetEnv {
  readonly function?: string | undefined;
}

/** A place where variables are set: its path, and how a request names it. */
interface Place {
  readonly path: string;
  /** In the names of operations. */
  readonly noun: string;
  readonly of: string;
  readonly params: z.ZodObject;
  readonly query: z.ZodType<Query>;
  readonly body: z.ZodType<Body>;
  /** `base` is that of the query or of the body. */
  readonly scope: (param: (name: string) => string, base: string | undefined) => OverlayScope;
}

const noQuery: z.ZodType<Query> = z.strictObject({});
const functionQuery: z.ZodType<Query> = z.strictObject({
  function: nameSchema.optional().openapi({
    description: 'Base name of the one function that they are for; absent for those of the environment.',
    example: 'hello',
  }),
});

export function addOverlay(app: ApiApp, platform: Platform): void {
  addPlace(app, platform, {
    ...{ path: '/projects/{project}/env', noun: 'ProjectEnv', of: 'a project' },
    ...{ params: projectParams, query: noQuery },
    body: app.openAPIRegistry.register('SetProjectEnvVariable', setEnvSchema),
    scope: (param) => ({ project: param('project'), environment: null, base: null }),
  });
  addPlace(app, platform, {
    path: '/projects/{project}/environments/{environment}/env',
    ...{ noun: 'EnvironmentEnv', of: 'an environment', params: environmentParams, query: functionQuery },
    body: app.openAPIRegistry.register('SetEnvironmentEnvVariable', setEnvironmentEnvSchema),
    scope: (param, base) => ({
      ...{ project: param('project'), environment: param('environment'), base: base ?? null },
    }),
  });
}

function addPlace(app: ApiApp, platform: Platform, place: Place): void {
  const { path, noun, of, params, query, scope } = place;
  const tag = 'Environment' as const;

  addOperation(
    app,
    {
      ...{ name: `list${noun}`, method: 'get', path, access: 'read', tag },
      summary: `List variables and secrets of ${of}`,
      ...{ params, query },
      answers: [
        {
          status: 200,
          means: 'Those that are set here, secrets without their values; a viewer gets no values at all.',
          schema: envListSchema,
          example: { env: [exampleEnv] },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const variables = await platform.listOverlay(call.by, scope(call.param, call.query.function));
      const shows = may(call.by.actor.role, 'read_source') ? envJson : envNameJson;
      return Response.json({ env: variables.map(shows) } satisfies EnvList);
    },
  );

  addOperation(
    app,
    {
      ...{ name: `set${noun}`, method: 'post', path, access: 'change', tag },
      summary: `Set a variable or a secret of ${of}`,
      description:
        'Adds or replaces it. No version changes: instances that run are replaced, without failing a request.',
      ...{ params, query: noQuery },
      body: {
        ...{ schema: place.body, required: true },
        example: { key: exampleEnv.key, value: exampleEnv.value, secret: false },
      },
      answers: [
        {
          status: 200,
          means: 'It is set, and every instance that was to have it has been replaced.',
          schema: overlayWasSetSchema,
          example: { ...exampleEnv, ...exampleOverlayChange },
        },
      ],
      errors: ['FN_001', 'SYS_002'],
    },
    async (call) => {
      const { function: base, ...variable } = call.body;
      const at = scope(call.param, base);
      const change = await platform.setOverlay(call.by, at, variable);
      const stored = (await platform.listOverlay(call.by, at)).find(({ key }) => key === variable.key);
      // Absent only if somebody deleted it meanwhile; it was set all the same.
      const shown = stored ?? { ...variable, updatedAt: new Date().toISOString() };
      return Response.json({ ...envJson(shown), ...changeJson(change) } satisfies OverlayWasSet);
    },
  );

  addOperation(
    app,
    {
      ...{ name: `delete${noun}`, method: 'delete', path: `${path}/{key}`, access: 'change', tag },
      summary: `Delete a variable or a secret of ${of}`,
      params: params.extend({
        key: z.string().openapi({ description: 'Name of the variable.', example: exampleEnv.key }),
      }),
      query,
      answers: [
        {
          status: 200,
          means: 'It is gone.',
          schema: overlayWasDeletedSchema,
          example: { key: exampleEnv.key, deleted: true, ...exampleOverlayChange },
        },
      ],
      errors: ['FN_001', REQUIRED, 'SYS_002'],
    },
    async (call) => {
      const key = call.param('key');
      const at = scope(call.param, call.query.function);
      const change = await platform.deleteOverlay(call.by, at, key);
      return Response.json({ key, deleted: true, ...changeJson(change) } satisfies OverlayWasDeleted);
    },
  );
}

const changeJson = ({ replaced, failed }: OverlayChange): Pick<OverlayWasSet, 'replaced' | 'failed'> => ({
  replaced,
  failed: failed.map((one) => ({ function: one.function, message: one.message })),
});
