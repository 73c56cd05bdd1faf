// CloudBox: `/api/projects/:project/functions`. To be held against seed 000, whose headings docs/seeds.md lists.
//
// As there, a function that was created or changed is a draft until it is deployed, an execution answers with what
// the handler returned, and an error is `{error, code}` with more beside it. `/p/:project/functions/:name` is the
// edge's own and no dialect's: see mount.ts.

import { z } from '@hono/zod-openapi';
import type { ErrorCode } from '../../model/errors.ts';
import { type CreateFunction, createFunctionSchema, updateFunctionSchema } from '../../model/function.ts';
import { timeoutSeconds } from '../../model/limits.ts';
import type {
  Execution,
  FunctionRef,
  FunctionView,
  InvokeResult,
  Platform,
} from '../../platform/platform.ts';
import { type ErrorShape, errorHeaders } from '../error-response.ts';
import { invokedHeadersSchema, visibleTo } from '../invoke.ts';
import { type ApiApp, addRoute } from '../operation.ts';
import { pageQuery, timeQuery } from '../query.ts';
import { checkSourceSize } from '../source-size.ts';
import type { Dialect } from './dialects.ts';
import { headlineOf } from './headline.ts';
import { listAll } from './list-all.ts';

const base = '/api/projects/{project}/functions';
const noQuery = z.strictObject({});
/** Of those that run today; a name of another one says so. */
const LANGUAGES = ['javascript', 'typescript'] as const;

const { shape } = createFunctionSchema;
const changes = updateFunctionSchema.shape;
const language = z.enum(LANGUAGES);
const createSchema = z.strictObject({
  name: shape.name,
  description: shape.description,
  runtime: changes.runtime.unwrap().default('nodejs18'),
  language: language.default('javascript'),
  code: shape.code,
  entry_point: shape.handler,
  timeout: shape.timeout,
  memory: shape.memory,
  environment: shape.environment,
  dependencies: shape.dependencies,
  is_public: shape.public,
});
const updateSchema = z.strictObject({
  name: changes.name,
  description: changes.description,
  runtime: changes.runtime,
  language: language.optional(),
  code: changes.code,
  entry_point: changes.handler,
  timeout: changes.timeout,
  memory: changes.memory,
  environment: changes.environment,
  dependencies: changes.dependencies,
  is_public: changes.public,
});

const executeSchema = z.strictObject({
  data: z.unknown().optional(),
  headers: invokedHeadersSchema.optional(),
  /** Milliseconds, in place of the function's own timeout. */
  timeout: z
    .int()
    .min(timeoutSeconds.min)
    .max(timeoutSeconds.max * 1000)
    .optional(),
});

function add(app: ApiApp, platform: Platform): void {
  addRoute(
    app,
    { name: 'cloudbox.list', method: 'get', path: base, access: 'read', query: noQuery },
    async ({ by, param }) => Response.json((await listAll(platform, by, param('project'))).map(functionJson)),
  );

  addRoute(
    app,
    {
      ...{ name: 'cloudbox.create', method: 'post', path: base, access: 'change', query: noQuery },
      body: { schema: createSchema, required: true },
    },
    async ({ by, body, param }) => {
      checkSourceSize(body.code);
      const { entry_point, is_public, language, ...same } = body;
      const input: CreateFunction = createFunctionSchema.parse({
        ...{ ...same, project: param('project'), handler: entry_point, public: is_public },
        ...{ convention: 'data', egress: 'none', deploy: false },
      });
      const { view } = await platform.createFunction(by, { ...input, labels: { language } });
      return Response.json(functionJson(view), { status: 201 });
    },
  );

  addRoute(
    app,
    { name: 'cloudbox.get', method: 'get', path: `${base}/{id}`, access: 'read', query: noQuery },
    async (call) => Response.json(functionJson(await platform.getFunction(call.by, refOf(call)))),
  );

  addRoute(
    app,
    {
      ...{ name: 'cloudbox.update', method: 'put', path: `${base}/{id}`, access: 'change', query: noQuery },
      body: { schema: updateSchema, required: true },
    },
    async (call) => {
      checkSourceSize(call.body.code);
      const { entry_point, is_public, language, ...same } = call.body;
      const { view } = await platform.updateFunction(call.by, refOf(call), {
        ...{ ...same, handler: entry_point, public: is_public, deploy: false },
        ...(language !== undefined && { labels: { language } }),
      });
      return Response.json(functionJson(view));
    },
  );

  addRoute(
    app,
    { name: 'cloudbox.delete', method: 'delete', path: `${base}/{id}`, access: 'change', query: noQuery },
    async (call) => {
      const { record } = await platform.getFunction(call.by, refOf(call));
      await platform.deleteFunction(call.by, { idOrName: record.id });
      return Response.json({ message: `Function ${record.name} deleted` });
    },
  );

  addRoute(
    app,
    {
      ...{ name: 'cloudbox.deploy', method: 'post', path: `${base}/{id}/deploy`, access: 'change' },
      query: noQuery,
    },
    async (call) => Response.json(functionJson((await platform.deploy(call.by, refOf(call))).view)),
  );

  addRoute(
    app,
    {
      ...{ name: 'cloudbox.execute', method: 'post', path: `${base}/{id}/execute`, access: 'invoke' },
      query: noQuery,
      body: { schema: executeSchema, required: false },
    },
    async (call) => {
      const view = await platform.getFunction(call.by, refOf(call));
      const { id, name, project, activeVersion, status, timeout } = view.record;
      if (activeVersion === null || status === 'disabled') return notDeployed(view);
      const { data, headers = {}, timeout: timeoutMs } = call.body;
      const input = {
        ...{ requestId: call.requestId, event: data, method: 'POST', path: '/', headers, query: {} },
        ...{ mount: `/p/${project}/functions/${name}`, timeoutMs, asReturned: true },
      };
      const result = await platform.invoke(call.by, { idOrName: id }, input, call.signal);
      return executed(visibleTo(call.by, result), timeoutMs ?? timeout * 1000);
    },
  );

  addRoute(
    app,
    {
      ...{ name: 'cloudbox.logs', method: 'get', path: `${base}/{id}/logs`, access: 'read' },
      query: z.strictObject({
        limit: pageQuery.limit,
        since: timeQuery('Only from this time on.'),
        until: timeQuery('Only before this time.'),
      }),
    },
    async (call) => {
      const page = await platform.executions(call.by, refOf(call), call.query);
      return Response.json(page.items.map(executionJson));
    },
  );
}

const refOf = (call: { readonly param: (name: string) => string }): FunctionRef => ({
  idOrName: call.param('id'),
  project: call.param('project'),
});

const functionJson = ({ record, urls, buildLogs, lastInvokedAt }: FunctionView) => ({
  id: record.id,
  project_id: record.project,
  name: record.name,
  description: record.description,
  runtime: record.runtime,
  language: record.labels.language ?? 'javascript',
  entry_point: record.handler,
  timeout: record.timeout,
  memory: record.memory,
  dependencies: record.dependencies,
  is_public: record.public,
  /** `disabled`, which CloudBox has not, is set by the control API alone. */
  status: record.status,
  build_logs: buildLogs.join('\n'),
  url: urls[0] ?? null,
  created_at: record.createdAt,
  updated_at: record.updatedAt,
  last_executed_at: lastInvokedAt,
});

function executed(result: InvokeResult, timeoutMs: number): Response {
  const { error, logs, memoryBytes, requestId, response } = result;
  const execution_time = Math.round(result.durationMs);
  const text = logs.map((line) => line.stack ?? line.message).join('\n');
  if (!error) {
    return Response.json({
      ...{ execution_id: requestId, status: 'success', response, execution_time },
      ...{ memory_usage: memoryBytes, logs: text },
    });
  }
  const code = error.code as ErrorCode;
  // Another limit may have ended it before its time was over.
  const message =
    code === 'FN_002' && result.durationMs >= timeoutMs
      ? `Function execution timed out after ${timeoutMs / 1000} seconds`
      : headlineOf(error);
  const { status } = result.http;
  return Response.json(
    { error: message, code: CODES[code] ?? code, logs: text, execution_time },
    { status, headers: errorHeaders(code, status) },
  );
}

function notDeployed({ record }: FunctionView): Response {
  const { id, name, project, status } = record;
  const cure =
    status === 'disabled'
      ? `is disabled: enable it with PUT /functions/${id} {"status": "enabled"}`
      : `has not been deployed: POST /api/projects/${project}/functions/${id}/deploy`;
  return Response.json(
    { error: `Function "${name}" ${cure}`, code: 'NOT_DEPLOYED' },
    { status: 409, headers: errorHeaders('FN_001', 409) },
  );
}

function executionJson({ invocation: { invocation, ...entry }, lines }: Execution) {
  const failure = lines.find(({ kind }) => kind === 'error');
  return {
    id: entry.requestId,
    created_at: entry.time,
    status: entry.level === 'error' ? 'error' : 'success',
    execution_time: Math.round(invocation.durationMs),
    memory_usage: invocation.memoryBytes ?? null,
    method: invocation.method,
    path: invocation.path,
    response_status: invocation.status,
    logs: lines.map((line) => line.stack ?? line.message).join('\n'),
    error: failure ? (failure.stack ?? failure.message) : null,
  };
}

/** The document's own codes; what it has no code for keeps ours, which docs/errors.md explains. */
const CODES: Partial<Record<ErrorCode, string>> = {
  FN_002: 'TIMEOUT',
  FN_003: 'RUNTIME_ERROR',
  FN_004: 'RUNTIME_ERROR',
  FN_005: 'DEPLOYMENT_ERROR',
};

const errorShape: ErrorShape = ({ code, message, details }) => ({
  body: {
    error: message,
    code: CODES[code] ?? code,
    ...(details.buildLogs && { build_logs: details.buildLogs.join('\n') }),
  },
});

export const cloudBox: Dialect = {
  owns: (path) => /^\/api\/projects\/[^/]+\/functions(\/|$)/.test(path),
  ...{ errorShape, add },
};
