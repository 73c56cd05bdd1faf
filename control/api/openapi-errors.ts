// How the OpenAPI document tells errors: one entry a status, an example for each cause.

import { z } from '@hono/zod-openapi';
import { ERRORS, type ErrorCode } from '../model/errors.ts';

/** One status that a code can have, where it is not the registry's. */
export interface ErrorCase {
  readonly code: ErrorCode;
  readonly status: number;
  readonly means: string;
}

const ERROR_CODES = Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]];

export const logLineSchema = z
  .strictObject({
    level: z.enum(['debug', 'log', 'info', 'warn', 'error']),
    message: z.string(),
    time: z.iso.datetime(),
    stack: z.string().optional(),
  })
  .openapi('LogLine');
export type LogLineJson = z.output<typeof logLineSchema>;

export const errorSchema = z
  .strictObject({
    error: z.strictObject({
      code: z.enum(ERROR_CODES),
      message: z.string().openapi({ description: 'What was wrong, the value, the rule, and what to do.' }),
      issues: z
        .array(
          z.strictObject({
            message: z.string(),
            path: z.string().optional(),
            file: z.string().optional(),
            line: z.int().min(1).optional(),
            column: z.int().min(1).optional(),
          }),
        )
        .optional()
        .openapi({ description: 'Each fault with its place in the body or in the source.' }),
      build_logs: z.array(z.string()).optional().openapi({ description: 'What the build printed (FN_005).' }),
      stack: z.string().optional().openapi({ description: 'Mapped to your source (FN_004).' }),
    }),
    request_id: z.string(),
    build_logs: z.array(z.string()).optional().openapi({ description: 'The same as `error.build_logs`.' }),
  })
  .openapi('Error');
export type ErrorJson = z.output<typeof errorSchema>;

export const failedInvocationSchema = z
  .strictObject({
    error: z.strictObject({ code: z.enum(ERROR_CODES), message: z.string(), stack: z.string().optional() }),
    request_id: z.string(),
    logs: z.array(logLineSchema),
    duration_ms: z.number(),
  })
  .openapi('FailedInvocation');
export type FailedInvocation = z.output<typeof failedInvocationSchema>;

const INVALID: ErrorCase = {
  code: 'FN_006',
  status: 400,
  means: 'The query or the body is invalid; each fault is in `issues`.',
};
const OTHER_SITE: ErrorCase = {
  code: 'FN_009',
  status: 403,
  means: 'On a platform without a token: the request is of another site, or for another host than loopback.',
};
const ROLE_TOO_LOW: ErrorCase = {
  code: 'FN_009',
  status: 403,
  means: 'The role of the key is too low, or it is for other projects.',
};
const BODY_CASES = [
  { code: 'FN_006', status: 413, means: 'The body is too large.' },
  { code: 'FN_006', status: 415, means: 'The body is a form or compressed.' },
] as const;
const KEY_CASES = [
  { code: 'FN_006', status: 409, means: 'A request with this Idempotency-Key is still being worked on.' },
  { code: 'FN_006', status: 422, means: 'This Idempotency-Key was used for another request.' },
] as const;

/** Errors that an operation can answer because of what it is. */
export function errorCasesOf(operation: {
  readonly method: string;
  readonly access: string;
}): readonly (ErrorCode | ErrorCase)[] {
  if (operation.access === 'open') return [INVALID, OTHER_SITE, 'SYS_001'];
  const sends = operation.method === 'post' || operation.method === 'put';
  return [
    INVALID,
    { code: 'FN_009', status: 401, means: 'The token is missing, wrong, revoked or expired.' },
    ROLE_TOO_LOW,
    OTHER_SITE,
    ...(sends ? BODY_CASES : []),
    ...(operation.method === 'post' ? KEY_CASES : []),
    'SYS_001',
  ];
}

interface ErrorAnswer {
  description: string;
  content: Record<
    string,
    { schema: z.ZodType; examples: Record<string, { summary: string; value: unknown }> }
  >;
}

export function errorAnswers(cases: readonly (ErrorCode | ErrorCase)[]): Record<string, ErrorAnswer> {
  const byStatus = Map.groupBy(cases.map(toCase), (one) => one.status);
  return Object.fromEntries(
    [...byStatus].map(([status, all]) => [
      String(status),
      {
        description: all.map((one) => `${one.code}: ${one.means}`).join(' '),
        content: {
          'application/json': {
            schema: errorSchema,
            examples: Object.fromEntries(
              all.map((one, at) => [at === 0 ? one.code : `${one.code}_${at}`, exampleOf(one)]),
            ),
          },
        },
      },
    ]),
  );
}

const toCase = (one: ErrorCode | ErrorCase): ErrorCase =>
  typeof one === 'string' ? { code: one, status: ERRORS[one].status, means: ERRORS[one].meaning } : one;

function exampleOf(one: ErrorCase): { summary: string; value: unknown } {
  const logs = one.code === 'FN_005' ? { build_logs: ['index.ts:3:7: Expected ";" but found "x"'] } : {};
  return {
    summary: one.means,
    value: {
      error: { code: one.code, message: one.means, ...logs },
      request_id: '2f6a1c9e-6d2b-4f0e-9a51-0c8a4c1f7d11',
      ...logs,
    },
  };
}
