// POST /functions/{id}/invoke: calls a function and tells all that is known of the call.

import assert from 'node:assert/strict';
import { z } from '@hono/zod-openapi';
import { type Caller, may } from '../model/access.ts';
import { ERRORS, type ErrorCode } from '../model/errors.ts';
import { timeoutSeconds } from '../model/limits.ts';
import type { InvokeResult, LogLine, Platform } from '../platform/platform.ts';
import { errorHeaders } from './error-response.ts';
import { exampleInvocation, exampleLogLine, exampleRequestId } from './examples.ts';
import { functionParams, functionRef } from './function-ref.ts';
import { errorSchema, failedInvocationSchema, logLineSchema } from './openapi-errors.ts';
import { type Answer, type ApiApp, addOperation } from './operation.ts';
import { flagQuery, projectQuery } from './query.ts';

/** An address longer than this is more than servers commonly take. */
const pathLengthMax = 8192;

const METHOD = /^[A-Za-z]{1,20}$/;
const pathRule = {
  error: 'must begin with "/" and have no spaces, "?" or "#": what follows a "?" goes into `query`',
};

export const invokedHeadersSchema = z.record(
  z.string().regex(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,256}$/, 'is not a header name'),
  z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be one line of text'),
);

export const invokeSchema = z
  .strictObject({
    event: z.unknown().optional().openapi({ description: 'Any JSON value: what the handler is given.' }),
    method: z
      .string()
      .regex(METHOD, 'must be an HTTP method')
      .transform((method) => method.toUpperCase())
      .refine((method) => !['CONNECT', 'TRACE', 'TRACK'].includes(method), {
        error: 'is a method that no function can be sent: use GET, POST, PUT, PATCH, DELETE, HEAD or OPTIONS',
      })
      .default('POST')
      .openapi({
        ...{ type: 'string', default: 'POST', pattern: METHOD.source },
        description: 'HTTP method that the function sees.',
      }),
    path: z
      .string()
      .max(pathLengthMax)
      .regex(/^\/[^\s?#]*$/, pathRule)
      .refine((path) => path.isWellFormed(), 'holds half of a surrogate pair, which has no UTF-8 form')
      .default('/')
      .openapi({
        description: "Path below the function's mount.",
      }),
    headers: invokedHeadersSchema
      .default({})
      .openapi({ description: 'Headers that the function sees.', default: {} }),
    query: z
      .record(z.string(), z.string())
      .default({})
      .openapi({ description: 'Query parameters that the function sees.', default: {} }),
    timeout_ms: z
      .int()
      .min(1)
      .max(timeoutSeconds.max * 1000)
      .optional()
      .openapi({ description: "In place of the function's own `timeout`, for this call." }),
  })
  .openapi('Invoke');
export type InvokeInput = z.input<typeof invokeSchema>;

const invocationSchema = z
  .strictObject({
    request_id: z.string().openapi({ description: 'The logs of this call have it too.' }),
    status: z.literal('success'),
    response: z.unknown().openapi({
      description: "The function's body: parsed if it is JSON, text if it is text, else base64.",
    }),
    logs: z.array(logLineSchema),
    duration_ms: z.number(),
    cpu_ms: z.number().nullable().openapi({ description: 'Null where it could not be read.' }),
    memory_bytes: z.number().nullable().openapi({ description: 'Null where it could not be read.' }),
    cold_start: z.boolean(),
    version: z.string(),
  })
  .openapi('Invocation');
export type Invocation = z.output<typeof invocationSchema>;

const acceptedSchema = z.strictObject({ request_id: z.string() });
export type AcceptedInvocation = z.output<typeof acceptedSchema>;

/** By status, as OpenAPI lists answers: the codes that it can have, and an example of the first. */
const FAILURES: readonly Answer[] = [
  failure(404, ['FN_001']),
  failure(429, ['FN_007']),
  failure(
    500,
    ['FN_004', 'SYS_001'],
    "TypeError: Cannot read properties of undefined (reading 'name')",
    "TypeError: Cannot read properties of undefined (reading 'name')\n    at handler (index.ts:3:22)",
  ),
  failure(503, ['FN_003', 'FN_008']),
  failure(504, ['FN_002']),
];

function failure(
  status: number,
  codes: readonly [ErrorCode, ...ErrorCode[]],
  message?: string,
  stack?: string,
): Answer {
  return {
    status,
    means: codes.map((code) => `${code}: ${ERRORS[code].meaning}`).join(' '),
    // Without the logs where the call failed before there was an instance to log anything.
    schema: z.union([failedInvocationSchema, errorSchema]),
    example: {
      error: {
        code: codes[0],
        message: message ?? ERRORS[codes[0]].meaning,
        ...(stack !== undefined && { stack }),
      },
      request_id: exampleRequestId,
      logs: [exampleLogLine],
      duration_ms: 1.4,
    },
  };
}

export function addInvoke(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'invokeFunction',
      method: 'post',
      path: '/functions/{id}/invoke',
      access: 'invoke',
      tag: 'Invocation',
      summary: 'Call a function',
      description:
        'Waits for the function and answers with its response, its logs and what it used. A call that fails has the HTTP status of its code and the body `FailedInvocation`: `{"error": {"code", "message", "stack"}, "request_id", "logs", "duration_ms"}`. An invoker is given neither logs nor stack. With `async=true` the call is accepted and the outcome is found in the logs.',
      params: functionParams,
      query: z.strictObject({
        ...projectQuery,
        async: flagQuery('Answers at once with the request id.'),
      }),
      body: {
        schema: invokeSchema,
        required: false,
        example: { event: { name: 'Ada' }, method: 'POST', path: '/world', query: { lang: 'en' } },
      },
      answers: [
        {
          status: 200,
          means: 'The function answered.',
          schema: invocationSchema,
          example: exampleInvocation,
        },
        {
          status: 202,
          means: 'Accepted (`async=true`).',
          schema: acceptedSchema,
          example: { request_id: exampleRequestId },
        },
        ...FAILURES,
      ],
    },
    async (call) => {
      const ref = functionRef(call);
      const { timeout_ms: timeoutMs, ...request } = call.body;
      const input = { ...request, timeoutMs, requestId: call.requestId };
      if (call.query.async) {
        const { requestId } = await platform.invokeAsync(call.by, ref, input);
        return Response.json({ request_id: requestId }, { status: 202 });
      }
      const result = await platform.invoke(call.by, ref, input, call.signal);
      return invocationResponse(visibleTo(call.by, result));
    },
  );
}

/** Who may call, but not read, sees what the visitors of a function see too. */
export const visibleTo = ({ actor }: Caller, result: InvokeResult): InvokeResult =>
  may(actor.role, 'read') ? result : withoutLogs(result);

function withoutLogs({ error, ...result }: InvokeResult): InvokeResult {
  return { ...result, logs: [], ...(error && { error: { code: error.code, message: error.message } }) };
}

function invocationResponse(result: InvokeResult): Response {
  if (result.error) return failedInvocation(result, result.error);
  assert(result.status === 'success', 'an invocation that failed says how');
  return Response.json({
    request_id: result.requestId,
    status: result.status,
    response: result.response,
    logs: result.logs.map(logLineJson),
    duration_ms: result.durationMs,
    cpu_ms: result.cpuMs,
    memory_bytes: result.memoryBytes,
    cold_start: result.coldStart,
    version: result.version,
  });
}

function failedInvocation(result: InvokeResult, error: NonNullable<InvokeResult['error']>): Response {
  const code = Object.hasOwn(ERRORS, error.code) ? (error.code as ErrorCode) : 'SYS_001';
  const { status } = ERRORS[code];
  return Response.json(
    {
      error: {
        code,
        message: error.message,
        ...(error.stack !== undefined && { stack: error.stack }),
      },
      request_id: result.requestId,
      logs: result.logs.map(logLineJson),
      duration_ms: result.durationMs,
    },
    { status, headers: errorHeaders(code, status) },
  );
}

const logLineJson = (line: LogLine): z.output<typeof logLineSchema> => ({
  level: line.level,
  message: line.message,
  time: line.time,
  ...(line.stack !== undefined && { stack: line.stack }),
});
