// NQRust MicroVM's functions, `/v1/functions`, in the order of that system's document ("API Reference"). What stands for
// its virtual machines is in nqrust-vms.ts. A function's `state` is what its status and its deployment are called there.

import { z } from '@hono/zod-openapi';
import { may } from '../../model/access.ts';
import { AppError, ERRORS, type ErrorCode } from '../../model/errors.ts';
import { createFunctionSchema, inlineCodeSchema } from '../../model/function.ts';
import type { FunctionView, InvokeResult, LogEntry, Platform } from '../../platform/platform.ts';
import { functionRef } from '../function-ref.ts';
import { type ApiApp, addRoute, type Call } from '../operation.ts';
import { pageQuery, projectQuery } from '../query.ts';
import { checkSourceSize } from '../source-size.ts';
import type { Dialect } from './dialects.ts';
import { addVms } from './nqrust-vms.ts';

/** "Error Response Format". The document knows 400, 404 and 500; what it has no word for keeps its own status. */
export const nqrust: Dialect = {
  owns: (path) => path === '/v1' || path.startsWith('/v1/'),
  errorShape: (error) => {
    const status = error.details.status ?? ERRORS[error.code].status;
    return { body: { error: error.message }, ...((status === 409 || status === 422) && { status: 400 }) };
  },
  add: (app, platform) => {
    addFunctions(app, platform);
    addInvocations(app, platform);
    addVms(app, platform);
  },
};

const settings = createFunctionSchema.shape;
const fields = {
  name: settings.name,
  runtime: settings.runtime,
  handler: settings.handler,
  code: inlineCodeSchema,
  vcpu: settings.vcpu,
  memory_mb: settings.memory.unwrap(),
  timeout_seconds: settings.timeout.unwrap(),
};
const createSchema = z.strictObject({
  ...fields,
  handler: settings.handler.unwrap().default('handler'),
  memory_mb: fields.memory_mb.default(256),
  timeout_seconds: settings.timeout,
});
const updateSchema = z
  .strictObject({
    ...fields,
    runtime: settings.runtime.unwrap(),
    handler: settings.handler.unwrap(),
    vcpu: settings.vcpu.unwrap(),
  })
  .partial();

const inProject = z.strictObject(projectQuery);
const at = '/v1/functions/{id}';

function addFunctions(app: ApiApp, platform: Platform): void {
  addRoute(
    app,
    {
      ...{ name: 'nqrustCreateFunction', method: 'post', path: '/v1/functions', access: 'change' },
      ...{ query: inProject, body: { schema: createSchema, required: true } },
    },
    async ({ body, query, by }) => {
      checkSourceSize(body.code);
      const { memory_mb, timeout_seconds, ...same } = body;
      const input = createFunctionSchema.parse({
        ...{ ...same, memory: memory_mb, timeout: timeout_seconds },
        ...{ convention: 'event', project: query.project },
      });
      const { record } = await platform.createInBackground(by, input);
      return Response.json({ id: record.id });
    },
  );

  addRoute(
    app,
    { name: 'nqrustGetFunction', method: 'get', path: at, access: 'read', query: inProject },
    async (call) => Response.json({ item: await itemWithCode(call, platform) }),
  );

  addRoute(
    app,
    { name: 'nqrustListFunctions', method: 'get', path: '/v1/functions', access: 'read', query: inProject },
    async ({ query, by }) => {
      const items: unknown[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page = await platform.listFunctions(by, { ...query, limit: 1000, cursor });
        items.push(...page.items.map((view) => item(view)));
        cursor = page.cursor;
      }
      return Response.json({ items });
    },
  );

  addRoute(
    app,
    {
      ...{ name: 'nqrustUpdateFunction', method: 'put', path: at, access: 'change' },
      ...{ query: inProject, body: { schema: updateSchema, required: true } },
    },
    async (call) => {
      checkSourceSize(call.body.code);
      const { memory_mb, timeout_seconds, ...same } = call.body;
      const changes = {
        ...same,
        ...(memory_mb !== undefined && { memory: memory_mb }),
        ...(timeout_seconds !== undefined && { timeout: timeout_seconds }),
      };
      const { record } = (await platform.updateFunction(call.by, functionRef(call), changes)).view;
      return Response.json({ item: await itemWithCode(call, platform, record.id) });
    },
  );

  addRoute(
    app,
    { name: 'nqrustDeleteFunction', method: 'delete', path: at, access: 'change', query: inProject },
    async (call) => {
      await platform.deleteFunction(call.by, functionRef(call));
      return Response.json({ message: 'Function deleted' });
    },
  );
}

function addInvocations(app: ApiApp, platform: Platform): void {
  addRoute(
    app,
    {
      ...{ name: 'nqrustInvokeFunction', method: 'post', path: `${at}/invoke`, access: 'invoke' },
      ...{ query: inProject },
      body: { schema: z.strictObject({ event: z.unknown().optional() }), required: false },
    },
    async (call) => {
      const { event } = call.body;
      // "Must return a JSON-serializable object": one with a statusCode is an object like any other.
      const input = { method: 'POST', path: '/', headers: {}, query: {}, event, asReturned: true };
      const result = await platform.invoke(
        ...([call.by, functionRef(call), { ...input, requestId: call.requestId }, call.signal] as const),
      );
      return Response.json(invocation(result, may(call.by.actor.role, 'read')));
    },
  );

  const offset = z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .default(0);
  addRoute(
    app,
    {
      ...{ name: 'nqrustListLogs', method: 'get', path: `${at}/logs`, access: 'read' },
      query: z.strictObject({ ...projectQuery, limit: pageQuery.limit, offset }),
    },
    async (call) => {
      const { limit, offset: skipped } = call.query;
      const { record } = await platform.getFunction(call.by, functionRef(call));
      const query = { kind: 'invocation', limit, offset: skipped } as const;
      const { items } = await platform.logs(call.by, { idOrName: record.id }, query);
      return Response.json({ items: items.map((entry) => logged(record.id, entry)) });
    },
  );
}

type FunctionCall = Pick<Call<{ project?: string | undefined }, unknown>, 'by' | 'param' | 'query'>;

/** Source is for the roles that may deploy; others get null, as for source that is not one text. */
async function itemWithCode(call: FunctionCall, platform: Platform, id?: string): Promise<unknown> {
  const view = await platform.getFunction(call.by, id === undefined ? functionRef(call) : { idOrName: id });
  const ref = { idOrName: view.record.id };
  const code = may(call.by.actor.role, 'read_source') ? await platform.getCode(call.by, ref) : null;
  const [vm] = platform.listInstances(call.by, ref);
  return {
    ...item(view),
    code: typeof code === 'string' ? code : null,
    vm_id: vm?.id ?? null,
    // An instance has no network of its own: fronts reach it by a socket in the data directory.
    guest_ip: null,
    port: null,
  };
}

const item = ({ record, lastInvokedAt, ...view }: FunctionView) => ({
  id: record.id,
  name: record.name,
  runtime: record.runtime,
  handler: record.handler,
  timeout_seconds: record.timeout,
  memory_mb: record.memory,
  vcpu: record.vcpu,
  state: stateOf(record.status, view.deploying),
  created_at: record.createdAt,
  updated_at: record.updatedAt,
  last_invoked_at: lastInvokedAt,
});

/** "Function Lifecycle States". One that is disabled is not "ready to invoke", and only `error` says that waiting is in vain. */
function stateOf(status: FunctionView['record']['status'], step: FunctionView['deploying']): string {
  if (status === 'deployed') return 'ready';
  if (status === 'failed' || status === 'disabled') return 'error';
  return step === 'starting' ? 'booting' : step === 'probing' ? 'deploying' : 'creating';
}

/** What the function itself did wrong is in the answer; what the platform refused is an error of the call. */
const OF_THE_FUNCTION: readonly string[] = ['FN_002', 'FN_003', 'FN_004', 'FN_010'] satisfies ErrorCode[];

const statusOf = (code: string | undefined): string =>
  code === undefined ? 'success' : code === 'FN_002' ? 'timeout' : 'error';

function invocation({ error, ...result }: InvokeResult, mayRead: boolean): unknown {
  if (error && !OF_THE_FUNCTION.includes(error.code))
    throw new AppError(error.code in ERRORS ? (error.code as ErrorCode) : 'SYS_001', error.message);
  return {
    request_id: result.requestId,
    status: statusOf(error?.code),
    duration_ms: result.durationMs,
    response: result.response,
    logs: mayRead ? result.logs.map(({ message }) => message) : [],
    ...(error && { error: error.message }),
  };
}

const logged = (functionId: string, { id, time, requestId, invocation: of }: LogEntry) => ({
  ...{ id, function_id: functionId },
  status: statusOf(of?.error),
  duration_ms: of?.durationMs ?? null,
  request_id: requestId,
  invoked_at: time,
});
