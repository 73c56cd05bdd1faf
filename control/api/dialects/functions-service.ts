// functions-service: `/api/v1/functions/:project/:name` to call and look, `/api/functions/...` to manage. To be held
// against seed 001, whose headings docs/seeds.md lists.
//
// As there, a function is live once it is created, `result` is what the handler returned, whatever is in it, and
// every execution that fails is a 500 of one shape.

import { z } from '@hono/zod-openapi';
import { type Caller, may } from '../../model/access.ts';
import type { ErrorCode } from '../../model/errors.ts';
import { createFunctionSchema, runtimeSchema } from '../../model/function.ts';
import type { FunctionRef, FunctionView, InvokeResult, LogLine, Platform } from '../../platform/platform.ts';
import { type ErrorShape, errorHeaders } from '../error-response.ts';
import { visibleTo } from '../invoke.ts';
import { type ApiApp, addRoute } from '../operation.ts';
import { checkSourceSize } from '../source-size.ts';
import type { Dialect } from './dialects.ts';
import { headlineOf } from './headline.ts';
import { listAll } from './list-all.ts';

const invocation = '/api/v1/functions/{project}/{name}';
const managed = '/api/functions/{project}/{name}';
const list = '/api/v1/projects/{project}/functions';
/** Before `managed`, which it looks like: no project is called "projects" here. */
const managedList = '/api/functions/projects/{project}';

const noQuery = z.strictObject({});
const filePathLengthMax = 512;

const settings = {
  function_name: createFunctionSchema.shape.name,
  file_path: z.string().min(1).max(filePathLengthMax),
  runtime: runtimeSchema,
  code: createFunctionSchema.shape.code.unwrap(),
};
const createSchema = z.strictObject({
  ...settings,
  file_path: settings.file_path.optional(),
  runtime: settings.runtime.default('node18'),
});
const updateSchema = z.strictObject({ ...settings, is_active: z.boolean() }).partial();

function add(app: ApiApp, platform: Platform): void {
  addRoute(
    app,
    {
      ...{ name: 'functionsService.invoke', method: 'post', path: invocation, access: 'invoke' },
      query: noQuery,
      body: { schema: z.unknown(), required: false },
    },
    async (call) => {
      const { record } = await platform.getFunction(call.by, refOf(call));
      const input = {
        ...{ requestId: call.requestId, event: call.body, method: 'POST', path: '/', headers: {}, query: {} },
        asReturned: true,
      };
      const result = await platform.invoke(call.by, { idOrName: record.id }, input, call.signal);
      return invoked(visibleTo(call.by, result), record.timeout * 1000);
    },
  );

  for (const path of [list, managedList]) {
    addRoute(
      app,
      { name: 'functionsService.list', method: 'get', path, access: 'read', query: noQuery },
      async ({ by, param }) => {
        const functions = await listAll(platform, by, param('project'));
        return Response.json({
          success: true,
          functions: functions.map(functionJson),
          count: functions.length,
        });
      },
    );
  }

  addRoute(
    app,
    {
      ...{ name: 'functionsService.create', method: 'post', path: managedList, access: 'change' },
      query: noQuery,
      body: { schema: createSchema, required: true },
    },
    async ({ by, body, param }) => {
      checkSourceSize(body.code);
      const { function_name: name, file_path, runtime, code } = body;
      const input = createFunctionSchema.parse({
        ...{ name, runtime, code, project: param('project') },
        ...{ convention: 'event', egress: 'none' },
      });
      const { view } = await platform.createFunction(by, { ...input, ...labelled(file_path) });
      return Response.json({ success: true, function: functionJson(view) }, { status: 201 });
    },
  );

  addRoute(
    app,
    {
      ...{ name: 'functionsService.get', method: 'get', path: invocation, access: 'read' },
      query: noQuery,
    },
    async (call) => {
      const view = await platform.getFunction(call.by, refOf(call));
      return Response.json({ success: true, function: functionJson(view) });
    },
  );

  addRoute(
    app,
    {
      ...{ name: 'functionsService.getManaged', method: 'get', path: managed, access: 'read' },
      query: noQuery,
    },
    async (call) => {
      const view = await platform.getFunction(call.by, refOf(call));
      const code = await codeFor(call.by, platform, view);
      return Response.json({ success: true, function: { ...functionJson(view), ...code } });
    },
  );

  for (const path of [invocation, managed]) {
    addRoute(
      app,
      {
        ...{ name: 'functionsService.update', method: 'patch', path, access: 'change', query: noQuery },
        body: { schema: updateSchema, required: true },
      },
      async (call) => {
        checkSourceSize(call.body.code);
        const { function_name: name, file_path, is_active, ...same } = call.body;
        const { view } = await platform.updateFunction(call.by, refOf(call), {
          ...{ ...same, ...labelled(file_path), name },
          ...(is_active !== undefined && { status: is_active ? 'enabled' : 'disabled' }),
        });
        return Response.json({ success: true, function: functionJson(view) });
      },
    );
  }

  addRoute(
    app,
    {
      ...{ name: 'functionsService.delete', method: 'delete', path: managed, access: 'change' },
      query: noQuery,
    },
    async (call) => {
      await platform.deleteFunction(call.by, refOf(call));
      return Response.json({ success: true });
    },
  );
}

const refOf = (call: { readonly param: (name: string) => string }): FunctionRef => ({
  idOrName: call.param('name'),
  project: call.param('project'),
});

const labelled = (file_path: string | undefined) =>
  file_path === undefined ? {} : { labels: { file_path } };

const functionJson = ({ record, invocations }: FunctionView) => ({
  id: record.id,
  function_name: record.name,
  file_path: record.labels.file_path ?? null,
  runtime: record.runtime,
  is_active: record.status !== 'disabled',
  invocation_count: invocations,
  created_at: record.createdAt,
  updated_at: record.updatedAt,
});

/** For the roles that may see source. */
async function codeFor(by: Caller, platform: Platform, { record }: FunctionView) {
  if (!may(by.actor.role, 'read_source')) return {};
  return { code: await platform.getCode(by, { idOrName: record.id }) };
}

/** What is the function's own fault, a timeout too, is a 500 here. */
const FAILED_BY_ITSELF: readonly string[] = ['FN_002', 'FN_003', 'FN_004'] satisfies ErrorCode[];

function invoked({ error, ...result }: InvokeResult, timeoutMs: number): Response {
  const logs = result.logs.map(logText);
  if (!error) {
    const duration = Math.round(result.durationMs);
    return Response.json({ success: true, result: result.response, duration, logs });
  }
  const code = error.code as ErrorCode;
  const status = FAILED_BY_ITSELF.includes(code) ? 500 : result.http.status;
  // Another limit may have ended it before its time was over.
  const late = code === 'FN_002' && result.durationMs >= timeoutMs;
  const message = late ? `Function execution timeout (${timeoutMs}ms)` : headlineOf(error);
  const body = code === 'FN_001' ? NOT_FOUND : { error: 'Function execution failed', message, logs };
  return Response.json(body, { status, headers: errorHeaders(code, status) });
}

const logText = ({ level, message }: LogLine): string => `[${level.toUpperCase()}] ${message}`;

const NOT_FOUND = { error: 'Function not found' };

const TITLES: Partial<Record<ErrorCode, string>> = {
  FN_005: 'Function deployment failed',
  FN_006: 'Invalid request',
  FN_009: 'Forbidden',
};

const errorShape: ErrorShape = ({ code, message, details }) => ({
  body:
    code === 'FN_001'
      ? NOT_FOUND
      : {
          error: details.status === 401 ? 'Unauthorized' : (TITLES[code] ?? 'Request failed'),
          message,
          ...(details.buildLogs && { logs: details.buildLogs }),
        },
});

export const functionsService: Dialect = {
  owns: (path) =>
    /^\/api\/(v1\/)?functions(\/|$)/.test(path) || /^\/api\/v1\/projects\/[^/]+\/functions(\/|$)/.test(path),
  ...{ errorShape, add },
};
