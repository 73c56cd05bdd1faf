// /experiments: what there are, what they have shown, and a look at one variant. They are set as `rules` of functions.

import { z } from '@hono/zod-openapi';
import { deployEnvironmentSchema } from '../model/environment.ts';
import { nameSchema } from '../model/function.ts';
import { experimentNameSchema, experimentSchema } from '../model/rules/experiments.ts';
import type { ExperimentRef, Platform } from '../platform/platform.ts';
import {
  exampleExperiment,
  exampleExperimentResult,
  experimentJson,
  experimentResultJson,
  experimentResultSchema,
  experimentViewSchema,
} from './experiment-json.ts';
import { type ApiApp, addOperation } from './operation.ts';

/** Seconds. */
export const previewSeconds = { default: 3600, max: 30 * 24 * 3600 } as const;
const visitorLengthMax = 1024;

const place = {
  project: nameSchema.optional().openapi({ description: '`default` if absent.', example: 'shop' }),
  environment: deployEnvironmentSchema
    .optional()
    .openapi({ description: '`prod` if absent.', example: 'staging' }),
};
const params = z.strictObject({
  name: z.string().openapi({ description: 'Name of the experiment.', example: 'buttons' }),
});
const refOf = (call: {
  readonly param: (name: string) => string;
  readonly query: { readonly project?: string | undefined; readonly environment?: string | undefined };
}): ExperimentRef => ({ name: call.param('name'), ...call.query });

const previewInputSchema = z.strictObject({
  variant: experimentNameSchema.openapi({ description: 'The one that its bearer is to have.' }),
  expires_in: z
    .int()
    .min(1)
    .max(previewSeconds.max)
    .default(previewSeconds.default)
    .openapi({ description: 'Seconds.' }),
});
const previewSchema = z
  .strictObject({
    token: z.string(),
    url: z.string().nullable().openapi({
      description: 'Null for an experiment that is only on routes without one host and path of their own.',
    }),
    expires_at: z.iso.datetime(),
  })
  .openapi('ExperimentPreview');
export type ExperimentPreview = z.output<typeof previewSchema>;

const OUR_COOKIE = /^[0-9a-f]{32}\.[0-9a-f]{8}$/;
const eventInputSchema = z
  .strictObject({
    visitor: z.string().min(1).max(visitorLengthMax).optional().openapi({
      description: 'What the visitor is known by: the user, the address, the value of the header.',
    }),
    cookie: z
      .string()
      .regex(OUR_COOKIE, 'must be the value of the cookie __selvedge_visitor')
      .optional()
      .openapi({ description: 'In place of `visitor`: the value of his cookie `__selvedge_visitor`.' }),
    variant: experimentNameSchema
      .optional()
      .openapi({ description: 'What he saw, when that was elsewhere.' }),
    event: z
      .literal('conversion')
      .default('conversion')
      .openapi({ description: 'What he did; there is but one kind.' }),
  })
  .refine(({ visitor, cookie }) => (visitor === undefined) !== (cookie === undefined), {
    message: 'must have either visitor or cookie',
  });
const eventSchema = z.strictObject({
  experiment: z.string(),
  counted: z.boolean().openapi({
    description:
      'False when the visitor has seen no variant. Once each: also true for one who had converted.',
  }),
});
export type ConversionEvent = z.output<typeof eventSchema>;
const resetSchema = z.strictObject({ experiment: z.string(), reset: z.literal(true) });
export type ResetExperiment = z.output<typeof resetSchema>;

const listSchema = z.strictObject({ experiments: z.array(experimentViewSchema) });
export type ExperimentList = z.output<typeof listSchema>;

export function addExperiments(app: ApiApp, platform: Platform): void {
  app.openAPIRegistry.register('ExperimentRule', experimentSchema);

  addOperation(
    app,
    {
      name: 'listExperiments',
      method: 'get',
      path: '/experiments',
      access: 'read',
      tag: 'Experiments',
      summary: 'List experiments',
      description:
        'All of them, by project and name. They are set with `rules.experiments` of functions and routes.',
      query: z.strictObject({
        project: place.project.openapi({ description: 'Only of this project.' }),
        environment: place.environment.openapi({ description: 'Only of this environment.' }),
      }),
      answers: [
        {
          status: 200,
          means: 'The experiments, and where each is set.',
          schema: listSchema,
          example: { experiments: [exampleExperiment] },
        },
      ],
    },
    (call) =>
      Response.json({ experiments: platform.listExperiments(call.by, call.query).map(experimentJson) }),
  );

  addOperation(
    app,
    {
      name: 'getExperiment',
      method: 'get',
      path: '/experiments/{name}',
      access: 'read',
      tag: 'Experiments',
      summary: 'Show what an experiment has shown',
      description:
        'Everything that was counted before the call. Intervals are of 95 percent; each variant is compared with the first.',
      params,
      query: z.strictObject(place),
      answers: [
        {
          status: 200,
          means: 'Its figures.',
          schema: experimentResultSchema,
          example: exampleExperimentResult,
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => Response.json(experimentResultJson(await platform.getExperiment(call.by, refOf(call)))),
  );

  addOperation(
    app,
    {
      name: 'previewVariant',
      method: 'post',
      path: '/experiments/{name}/preview',
      access: 'change',
      tag: 'Experiments',
      summary: 'Make a link that shows one variant',
      description:
        'Whoever follows it has that variant until the link expires, and is not counted. Nothing is stored: a link cannot be taken back.',
      params,
      query: z.strictObject(place),
      body: { schema: previewInputSchema, required: true, example: { variant: 'green', expires_in: 3600 } },
      answers: [
        {
          status: 200,
          means: 'The link, and the token in it.',
          schema: previewSchema,
          example: {
            token: 'eyJmdW5jdGlvbiI6ImZuX…',
            url: 'http://hello.localhost:8080/?selvedge-preview=eyJmdW5jdGlvbiI6ImZuX…',
            expires_at: '2026-11-21T13:00:00.000Z',
          },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const { variant, expires_in: expiresInSeconds } = call.body;
      const input = { variant, expiresInSeconds };
      const { token, url, expiresAt } = await platform.previewVariant(call.by, refOf(call), input);
      const answer: ExperimentPreview = { token, url, expires_at: expiresAt };
      return Response.json(answer);
    },
  );

  addOperation(
    app,
    {
      name: 'convertVisitor',
      method: 'post',
      path: '/experiments/{name}/events',
      access: 'change',
      tag: 'Experiments',
      summary: 'Count a conversion that happened elsewhere',
      params,
      query: z.strictObject(place),
      body: {
        schema: eventInputSchema,
        required: true,
        example: { visitor: 'user-17', event: 'conversion' },
      },
      answers: [
        {
          status: 200,
          means: 'Whether it counts.',
          schema: eventSchema,
          example: { experiment: 'buttons', counted: true },
        },
      ],
      errors: ['FN_001', 'SYS_002'],
    },
    async (call) => {
      const { visitor, cookie, variant } = call.body;
      // The first part of the cookie is his key.
      const key = visitor ?? String(cookie).split('.')[0] ?? '';
      const counted = await platform.convertVisitor(call.by, refOf(call), { visitor: key, variant });
      const answer: ConversionEvent = { experiment: call.param('name'), counted };
      return Response.json(answer);
    },
  );

  addOperation(
    app,
    {
      name: 'resetExperiment',
      method: 'delete',
      path: '/experiments/{name}',
      access: 'change',
      tag: 'Experiments',
      summary: 'Count from nothing again',
      description: 'The figures are gone for good. The experiment itself is a rule, and stays as it is set.',
      params,
      query: z.strictObject(place),
      answers: [
        {
          status: 200,
          means: 'Its figures are gone.',
          schema: resetSchema,
          example: { experiment: 'buttons', reset: true },
        },
      ],
      errors: ['FN_001', 'SYS_002'],
    },
    async (call) => {
      await platform.resetExperiment(call.by, refOf(call));
      const answer: ResetExperiment = { experiment: call.param('name'), reset: true };
      return Response.json(answer);
    },
  );
}
