// One operation of the API: its description for people and its handler, in one place, so that neither can be
// forgotten. `addOperation` puts it into the router and into the OpenAPI document, `addRoute` into the router alone:
// that is for the dialects, which their own documents describe.

import { strict as assert } from 'node:assert';
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { type Caller, type Permission, rolesThatMay } from '../model/access.ts';
import { AppError, type ErrorCode } from '../model/errors.ts';
import { check } from '../model/validation-message.ts';
import { type Access, type AccessRules, requirePermission } from './access-rules.ts';
import type { ApiEnv } from './api-env.ts';
import { jsonBody } from './body.ts';
import { type ErrorCase, errorAnswers, errorCasesOf } from './openapi-errors.ts';
import { checkQuery } from './query.ts';

/** With the rules of access that its operations have brought. */
export type ApiApp = OpenAPIHono<ApiEnv> & { readonly rules: AccessRules };

export const TAGS = {
  Functions: 'Create, change and delete functions, and make versions live.',
  Invocation: 'Call a function and see what it answered and logged.',
  Logs: 'What functions printed, and what was asked of them.',
  Environment: 'Variables and secrets of a function.',
  Projects: 'Functions that belong together, and the environments that they run in.',
  Versions: 'The immutable bundles of a function, and which of them was live when.',
  Routes: 'How requests find a function, and what is done with them on the way.',
  Schedules: 'When functions are called by the clock.',
  Regions: 'Where requests are answered, and how these places are.',
  Cache: 'Answers of functions that are kept.',
  Experiments: 'Which variants visitors get, and what they do then.',
  Access: 'Keys for people and programs, and what was done with them.',
  System: 'State of the platform itself.',
} as const;

export interface Answer {
  readonly status: number;
  readonly means: string;
  /** `application/json` unless set. */
  readonly contentType?: string;
  readonly schema: z.ZodType;
  readonly example: unknown;
  /** What the same status may also carry. */
  readonly or?: Pick<Answer, 'schema' | 'example'> & { readonly contentType: string };
}

/** What the router needs to know: who may, and what is taken. */
export interface Route<Q extends z.ZodType, B extends z.ZodType> {
  readonly name: string;
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/functions/{id}`. */
  readonly path: string;
  /** What the caller must be allowed to; `open` needs no token, see `OPEN_PATHS`. */
  readonly access: Access;
  readonly query: Q;
  /** Without `required`, an empty body stands for `{}`. */
  readonly body?: { readonly schema: B; readonly required: boolean };
}

export interface Operation<Q extends z.ZodType, B extends z.ZodType> extends Route<Q, B> {
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description?: string;
  readonly params?: z.ZodObject;
  readonly body?: { readonly schema: B; readonly required: boolean; readonly example: unknown };
  readonly answers: readonly Answer[];
  /** Codes besides those that any operation can answer. */
  readonly errors?: readonly (ErrorCode | ErrorCase)[];
}

export interface Call<Q, B> {
  readonly query: Q;
  readonly body: B;
  readonly requestId: string;
  /** Who asks. Not to be asked of an operation that is open. */
  readonly by: Caller;
  /** For what needs more than the operation does: refuses a role that is too low. */
  readonly require: (permission: Permission, what: string) => void;
  /** What a repetition with the same Idempotency-Key gets, for an answer that must not be stored. */
  readonly answerRepetitionsWith: (answer: Response) => void;
  /** Aborts when the client leaves. */
  readonly signal: AbortSignal;
  readonly param: (name: string) => string;
}

/** `c` is for the one that answers with no response: a WebSocket. */
type Handle<Q extends z.ZodType, B extends z.ZodType> = (
  call: Call<z.output<Q>, z.output<B>>,
  c: Context<ApiEnv>,
) => Promise<Response> | Response;

export function addOperation<Q extends z.ZodType, B extends z.ZodType>(
  app: ApiApp,
  operation: Operation<Q, B>,
  handle: Handle<Q, B>,
): void {
  describe(app, operation);
  addRoute(app, operation, handle);
}

export function addRoute<Q extends z.ZodType, B extends z.ZodType>(
  app: ApiApp,
  operation: Route<Q, B>,
  handle: Handle<Q, B>,
): void {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, ':$1');
  app.rules.add(operation.method, path, { operation: operation.name, access: operation.access });
  app.on(operation.method, path, (c) =>
    handle(
      {
        get by() {
          return callerOf(c);
        },
        require: (permission, what) => requirePermission(callerOf(c).actor, permission, what),
        answerRepetitionsWith: (answer) => c.set('repetition', answer),
        query: checkQuery(operation.query, c.req.url),
        body: checkBody(operation, c) as z.output<B>,
        requestId: c.get('requestId'),
        signal: c.req.raw.signal,
        param: (name) => c.req.param(name) ?? '',
      },
      c,
    ),
  );
}

function callerOf(c: Context<ApiEnv>): Caller {
  const actor = c.get('actor');
  assert(actor, 'an operation that is not open is reached by somebody');
  return { actor, requestId: c.get('requestId'), address: addressOf(c) };
}

/** The other end of the connection. A header that names another can be written by anybody, so none is believed. */
export const addressOf = (c: Context<ApiEnv>): string | null => c.env?.incoming?.socket.remoteAddress ?? null;

function checkBody(operation: Route<z.ZodType, z.ZodType>, c: Context<ApiEnv>): unknown {
  if (operation.method === 'get' || operation.method === 'delete') return undefined;
  const body = jsonBody(c);
  if (operation.body === undefined) return check(z.strictObject({}), body === undefined ? {} : body, 'body');
  if (body === undefined && operation.body.required) throw emptyBody(operation.body.schema);
  return check(operation.body.schema, body === undefined ? {} : body, 'body');
}

function emptyBody(schema: z.ZodType): AppError {
  const fields = schema instanceof z.ZodObject ? Object.entries<z.ZodType>(schema.shape) : [];
  const needed = fields.filter(([, field]) => !field.safeParse(undefined).success).map(([name]) => name);
  return new AppError(
    'FN_006',
    `The body is empty: send a JSON object${needed.length > 0 ? ` with ${needed.join(' and ')}` : ' with what is to change'}.`,
  );
}

function describeAccess({
  access,
  description,
}: Pick<Operation<z.ZodType, z.ZodType>, 'access' | 'description'>) {
  if (access === 'open') return { ...(description !== undefined && { description }), security: [] };
  const roles = rolesThatMay(access).map((role) => `\`${role}\``);
  return {
    description: [
      ...(description === undefined ? [] : [description]),
      `For the roles ${roles.join(', ')}.`,
    ].join(' '),
    // OpenAPI 3.1 lets a scheme that has no scopes list roles instead.
    security: [{ token: rolesThatMay(access) }],
  };
}

function describe(app: ApiApp, operation: Operation<z.ZodType, z.ZodType>): void {
  const { query, params, body } = operation;
  const answers = operation.answers.map((answer) => [
    answer.status,
    {
      description: answer.means,
      content: {
        [answer.contentType ?? 'application/json']: { schema: answer.schema, example: answer.example },
        ...(answer.or && {
          [answer.or.contentType]: { schema: answer.or.schema, example: answer.or.example },
        }),
      },
    },
  ]);
  app.openAPIRegistry.registerPath({
    operationId: operation.name,
    method: operation.method,
    path: operation.path,
    tags: [operation.tag],
    summary: operation.summary,
    ...describeAccess(operation),
    request: {
      ...(params && { params }),
      ...(query instanceof z.ZodObject && { query }),
      ...(body && {
        body: {
          description: body.required ? 'Required.' : 'May be left out.',
          required: body.required,
          content: { 'application/json': { schema: body.schema, example: body.example } },
        },
      }),
    },
    responses: {
      ...errorAnswers([...errorCasesOf(operation), ...(operation.errors ?? [])]),
      // After the errors: an operation whose failures have a body of their own says so in its answers.
      ...Object.fromEntries(answers),
    },
  });
}
