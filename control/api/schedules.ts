// /schedules: when functions are called by the clock, how the last time went, and a run of now.

import { z } from '@hono/zod-openapi';
import { SCHEDULE_OUTCOMES } from '../model/cron.ts';
import { nameSchema } from '../model/function.ts';
import { cronLengthMax } from '../model/limits.ts';
import type { Platform, ScheduledRunResult, ScheduleView } from '../platform/platform.ts';
import { exampleRequestId } from './examples.ts';
import { functionParams, functionRef } from './function-ref.ts';
import { visibleTo } from './invoke.ts';
import { logLineSchema } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { pageQuery, projectQuery } from './query.ts';

const errorOfRunSchema = z.strictObject({ code: z.string(), message: z.string() }).nullable();

const scheduleSchema = z
  .strictObject({
    function: z.strictObject({
      id: z.string(),
      name: z.string(),
      project: z.string(),
      environment: z.string(),
    }),
    cron: z.string(),
    next: z.iso.datetime().nullable().openapi({
      description: 'Null while the function is disabled or was never deployed.',
    }),
    last: z
      .strictObject({
        scheduled_at: z.iso.datetime().openapi({ description: 'The minute that it was due at.' }),
        outcome: z.enum(SCHEDULE_OUTCOMES).openapi({
          description: '`unknown`: control ended while it ran.',
        }),
        error: errorOfRunSchema,
        duration_ms: z.number().nullable(),
        request_id: z.string().openapi({ description: 'What to look for in the logs.' }),
      })
      .nullable(),
  })
  .openapi('Schedule');
export type Schedule = z.output<typeof scheduleSchema>;

const scheduleRunSchema = z
  .strictObject({
    cron: z.string(),
    scheduled_at: z.iso.datetime(),
    outcome: z.enum(['success', 'error']),
    error: errorOfRunSchema,
    duration_ms: z.number(),
    request_id: z.string(),
    version: z.string(),
    logs: z.array(logLineSchema),
  })
  .openapi('ScheduleRun');

const example: z.input<typeof scheduleSchema> = {
  function: { id: 'fn_k3v9q0a7m2x5c8r1t6w4', name: 'clean-up', project: 'default', environment: 'prod' },
  cron: '*/5 * * * *',
  next: '2026-11-21T12:05:00.000Z',
  last: {
    ...{ scheduled_at: '2026-11-21T12:00:00.000Z', outcome: 'success', error: null },
    ...{ duration_ms: 12, request_id: exampleRequestId },
  },
};

export function addSchedules(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'listSchedules',
      method: 'get',
      path: '/schedules',
      access: 'read',
      tag: 'Schedules',
      summary: 'List schedules',
      description:
        'Of all functions, by project, name and schedule. They are set with `crons` of a function.',
      query: z.strictObject({
        project: nameSchema
          .optional()
          .openapi({ description: 'Only of functions in this project.', example: 'shop' }),
        ...pageQuery,
      }),
      answers: [
        {
          status: 200,
          means: 'A page.',
          schema: z.strictObject({ schedules: z.array(scheduleSchema), cursor: z.string().nullable() }),
          example: { schedules: [example], cursor: null },
        },
      ],
    },
    async (call) => {
      const page = await platform.listSchedules(call.by, call.query);
      return Response.json({ schedules: page.items.map(scheduleJson), cursor: page.cursor });
    },
  );

  addOperation(
    app,
    {
      name: 'listFunctionSchedules',
      method: 'get',
      path: '/functions/{id}/schedules',
      access: 'read',
      tag: 'Schedules',
      summary: 'List the schedules of a function',
      params: functionParams,
      query: z.strictObject(projectQuery),
      answers: [
        {
          status: 200,
          means: 'In the order in which they were set.',
          schema: z.strictObject({ schedules: z.array(scheduleSchema) }),
          example: { schedules: [example] },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const schedules = await platform.functionSchedules(call.by, functionRef(call));
      return Response.json({ schedules: schedules.map(scheduleJson) });
    },
  );

  addOperation(
    app,
    {
      name: 'runSchedule',
      method: 'post',
      path: '/functions/{id}/schedules/run',
      // No visitor reaches the handler, and an invoker is given what a visitor is.
      access: 'change',
      tag: 'Schedules',
      summary: 'Run a schedule now',
      description:
        'Calls the `scheduled` handler as the schedule would, and answers when it has ended, with `outcome`. It counts as no run of the schedule.',
      params: functionParams,
      query: z.strictObject(projectQuery),
      body: {
        schema: z.strictObject({
          cron: z
            .string()
            .min(1)
            .max(cronLengthMax)
            .openapi({ description: 'One of the schedules of the function, as it was set.' }),
        }),
        required: true,
        example: { cron: '*/5 * * * *' },
      },
      answers: [
        {
          status: 200,
          means: 'It has run; `outcome` says how it ended.',
          schema: scheduleRunSchema,
          example: {
            ...{
              cron: '*/5 * * * *',
              scheduled_at: '2026-11-21T12:01:07.311Z',
              outcome: 'success',
              error: null,
            },
            ...{ duration_ms: 12, request_id: exampleRequestId, version: '5f2b1c0d', logs: [] },
          },
        },
      ],
      errors: ['FN_001', 'FN_007', 'FN_008'],
    },
    async (call) => {
      const input = { cron: call.body.cron, requestId: call.requestId };
      const run = await platform.runSchedule(call.by, functionRef(call), input, call.signal);
      return Response.json(runJson({ ...run, result: visibleTo(call.by, run.result) }));
    },
  );
}

const scheduleJson = ({ record, cron, next, last }: ScheduleView): z.input<typeof scheduleSchema> => ({
  function: {
    ...{ id: record.id, name: record.name, project: record.project, environment: record.environment },
  },
  ...{ cron, next },
  last: last && {
    ...{ scheduled_at: last.scheduledAt, outcome: last.outcome, error: last.error },
    ...{ duration_ms: last.durationMs, request_id: last.requestId },
  },
});

const runJson = ({ cron, scheduledAt, result }: ScheduledRunResult): z.input<typeof scheduleRunSchema> => ({
  ...{ cron, scheduled_at: scheduledAt, outcome: result.status },
  error: result.error ? { code: result.error.code, message: result.error.message } : null,
  ...{ duration_ms: result.durationMs, request_id: result.requestId, version: result.version },
  logs: result.logs.map(({ level, message, time, stack }) => ({
    ...{ level, message, time },
    ...(stack !== undefined && { stack }),
  })),
});
