// The BaaS Functions Service: `/execute`, `/test` and `/validate`, in the order of that system's document ("API
// Endpoints"). Its `/health` and `/info` are control's own. The document names these calls; what they take is in docs/migrate/baas.md.

import { z } from '@hono/zod-openapi';
import { AppError, ERRORS, type ErrorCode } from '../../model/errors.ts';
import { createFunctionSchema, inlineCodeSchema } from '../../model/function.ts';
import type { InvokeResult, Platform } from '../../platform/platform.ts';
import { errorHeaders } from '../error-response.ts';
import { invokeSchema } from '../invoke.ts';
import { type ApiApp, addRoute, type Call } from '../operation.ts';
import { projectQuery } from '../query.ts';
import { checkSourceSize } from '../source-size.ts';
import type { Dialect } from './dialects.ts';

const failure = (message: string, code: string) => ({ success: false, error: { message, code } });

/** Errors of the platform look as those that a handler makes with `context.error`. */
export const baas: Dialect = {
  owns: (path) => /^\/(execute|test|validate)(\/|$)/.test(path),
  errorShape: ({ code, message }) => ({ body: failure(message, code) }),
  add: (app, platform) => {
    addExecutions(app, platform);
    addValidation(app, platform);
  },
};

const { method, headers, query } = invokeSchema.shape;
const executeSchema = z
  .strictObject({
    code: inlineCodeSchema.optional(),
    function: z.string().min(1).max(80).optional(),
    request: z.strictObject({ body: z.unknown().optional(), method, headers, query }).prefault({}),
    env: createFunctionSchema.shape.environment.unwrap().optional(),
  })
  .refine((input) => (input.code === undefined) !== (input.function === undefined), {
    error: 'must have either "code", the source of a handler, or "function", the name or id of a stored one',
  });
type Execution = Call<{ readonly project?: string | undefined }, z.output<typeof executeSchema>>;

function addExecutions(app: ApiApp, platform: Platform): void {
  const route = {
    method: 'post',
    access: 'invoke',
    query: z.strictObject(projectQuery),
    body: { schema: executeSchema, required: true },
  } as const;
  addRoute(app, { ...route, name: 'baasExecute', path: '/execute' }, async (call) =>
    answer(await execute(call, platform, false)),
  );
  // "Safe mode".
  addRoute(app, { ...route, name: 'baasTest', path: '/test' }, async (call) =>
    answer(await execute(call, platform, true)),
  );
}

async function execute(call: Execution, platform: Platform, isolated: boolean): Promise<InvokeResult> {
  const { by, body, signal, requestId } = call;
  const { body: event, ...rest } = body.request;
  const request = { ...rest, path: '/', event, requestId };
  const { project } = call.query;
  // To bring code, or variables, is to deploy, if only for a moment.
  if (body.code !== undefined) call.require('change', 'code');
  if (body.env !== undefined) call.require('change', 'env');
  checkSourceSize(body.code);
  const stored = body.function === undefined ? undefined : { idOrName: body.function, project };
  if (stored && body.env === undefined && !isolated) return platform.invoke(by, stored, request, signal);
  const source = stored ? { function: stored } : { code: String(body.code) };
  const tryout = { source, project: project ?? 'default', environment: body.env ?? {}, isolated, request };
  return platform.tryOut(by, tryout, signal);
}

/** What the handler answered, with its own status; how long it took, and what it used, are headers. */
function answer({ error, http, response, durationMs, memoryBytes }: InvokeResult): Response {
  const used = {
    'server-timing': `execution;dur=${durationMs}`,
    ...(memoryBytes !== null && { 'x-memory-bytes': String(memoryBytes) }),
  };
  if (error) {
    const code = Object.hasOwn(ERRORS, error.code) ? (error.code as ErrorCode) : 'SYS_001';
    const { status } = ERRORS[code];
    const all = { ...errorHeaders(code, status), ...used };
    return Response.json(failure(error.message, code), { status, headers: all });
  }
  if ([204, 205, 304].includes(http.status))
    return new Response(null, { status: http.status, headers: used });
  if (http.status < 200)
    throw new AppError('FN_004', `The function answered ${http.status}, which cannot be passed on.`);
  return Response.json(response, { status: http.status, headers: used });
}

function addValidation(app: ApiApp, platform: Platform): void {
  addRoute(
    app,
    {
      ...{ name: 'baasValidate', method: 'post', path: '/validate', access: 'change' },
      query: z.strictObject({}),
      body: { schema: z.strictObject({ code: inlineCodeSchema }), required: true },
    },
    async ({ body }) => {
      checkSourceSize(body.code);
      const { errors, warnings, config } = await platform.validate(body.code);
      return Response.json({ valid: errors.length === 0, errors, warnings, config });
    },
  );
}
