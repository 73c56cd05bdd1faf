// A function as the interface shows it.

import { z } from '@hono/zod-openapi';
import { bindingsSchema } from '../model/binding.ts';
import { egressSchema } from '../model/egress.ts';
import { CONVENTIONS, codeSchema, rateLimitSchema, STATUSES, scalingSchema } from '../model/function.ts';
import { routeRulesSchema, rulesSchema } from '../model/rules.ts';
import { toPercent } from '../model/share.ts';
import { stickySchema } from '../model/sticky.ts';
import type { DeployResult, FunctionCrashes, FunctionView } from '../platform/platform.ts';

const routeJsonSchema = z.strictObject({
  pattern: z.string(),
  methods: z.array(z.string()).optional(),
  rules: routeRulesSchema.optional(),
});

const functionShape = {
  id: z.string(),
  name: z.string(),
  project: z.string(),
  description: z.string(),
  runtime: z.string(),
  handler: z.string(),
  convention: z.enum(['auto', ...CONVENTIONS]).openapi({
    description: 'As it was set; for `auto`, what was chosen for the live version, once there is one.',
  }),
  status: z.enum(STATUSES),
  url: z.string().nullable().openapi({ description: 'The first of `urls`.' }),
  urls: z.array(z.string()).openapi({ description: 'Where the function answers.' }),
  active_version: z.string().nullable(),
  timeout: z.int().openapi({ description: 'Seconds.' }),
  memory: z.int().openapi({ description: 'MB.' }),
  vcpu: z.int(),
  cpu_ms: z.int().nullable(),
  wait_until_timeout: z.int().openapi({ description: 'Seconds.' }),
  stream_timeout: z.int().openapi({ description: 'Seconds.' }),
  egress: egressSchema,
  rate_limit: rateLimitSchema,
  concurrency: z.int(),
  scaling: scalingSchema.openapi({ description: 'How many instances there may be, and when one is added.' }),
  public: z.boolean(),
  env: z.array(z.string()).openapi({ description: 'Names only.' }),
  dependencies: z.record(z.string(), z.string()),
  routes: z.array(routeJsonSchema),
  rules: rulesSchema,
  environment_name: z
    .string()
    .openapi({ description: 'Where it is deployed: `prod` unless made elsewhere.' }),
  base: z.string().openapi({ description: 'Its name, less the environment.' }),
  sticky: stickySchema,
  shadow: z
    .strictObject({ version: z.string(), share: z.number().min(0).max(100) })
    .nullable()
    .openapi({ description: 'The share is in percent.' }),
  env_required: z.array(z.string()),
  crons: z.array(z.string()),
  bindings: bindingsSchema,
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
  last_invoked_at: z.iso.datetime().nullable(),
  crashes: z
    .strictObject({
      count: z.int(),
      loop: z.boolean(),
      code: z.string().nullable(),
      reason: z.string().nullable(),
      last_output: z.string().nullable(),
      next_start_at: z.iso.datetime().nullable(),
    })
    .nullable()
    .openapi({
      description:
        'Instances that ended by themselves or did not start, in a row; null while all is well. A `loop` makes the status `failed`; a deploy that works clears it.',
    }),
};

export const functionSchema = z.strictObject(functionShape).openapi('Function');
export type FunctionJson = z.input<typeof functionSchema>;

/** Of the live version or, without one, of the newest; of the deploy that failed, if none has worked since. */
const buildLogs = z.array(z.string());

export const functionWithCodeSchema = z
  .strictObject({
    ...functionShape,
    build_logs: buildLogs.openapi({ description: 'Of the live version, or of the deploy that failed.' }),
    code: codeSchema
      .nullable()
      .optional()
      .openapi({ description: 'With `include=code`: the newest source; null if there is none.' }),
  })
  .openapi('FunctionWithCode');
export type FunctionWithCode = z.output<typeof functionWithCodeSchema>;

export const deployedFunctionSchema = z
  .strictObject({
    ...functionShape,
    version: z.string().nullable().openapi({ description: 'The version that was made; null for a draft.' }),
    build_logs: z.array(z.string()),
  })
  .openapi('DeployedFunction');
export type DeployedFunctionJson = z.input<typeof deployedFunctionSchema>;

export function functionJson(view: FunctionView): FunctionJson {
  const { record } = view;
  return {
    id: record.id,
    name: record.name,
    project: record.project,
    description: record.description,
    runtime: record.runtime,
    handler: record.handler,
    convention: record.convention === 'auto' ? asConvention(view.convention) : record.convention,
    status: record.status,
    url: view.urls[0] ?? null,
    urls: [...view.urls],
    active_version: record.activeVersion,
    timeout: record.timeout,
    memory: record.memory,
    vcpu: record.vcpu,
    cpu_ms: record.cpuMs,
    wait_until_timeout: record.waitUntilTimeout,
    stream_timeout: record.streamTimeout,
    egress: typeof record.egress === 'string' ? record.egress : [...record.egress],
    rate_limit: record.rateLimit,
    concurrency: record.concurrency,
    scaling: record.scaling,
    public: record.public,
    env: [...view.envNames],
    dependencies: { ...record.dependencies },
    routes: [...record.routes],
    rules: record.rules,
    environment_name: record.environment,
    base: record.base,
    sticky: record.sticky,
    shadow: record.shadow && {
      version: record.shadow.version,
      share: toPercent(record.shadow.shareBp),
    },
    env_required: [...record.envRequired],
    crons: [...record.crons],
    bindings: [...record.bindings],
    compatibility_date: record.compatibilityDate,
    compatibility_flags: [...record.compatibilityFlags],
    created_at: record.createdAt,
    updated_at: record.updatedAt,
    last_invoked_at: view.lastInvokedAt,
    crashes: view.crashes && crashesJson(view.crashes),
  };
}

function crashesJson(crashes: FunctionCrashes): NonNullable<FunctionJson['crashes']> {
  const { count, loop, code, reason, lastOutput, nextStartAt } = crashes;
  return { count, loop, code, reason, last_output: lastOutput, next_start_at: nextStartAt };
}

export function deployedFunctionJson(result: DeployResult): DeployedFunctionJson {
  return {
    ...functionJson(result.view),
    version: result.version?.id ?? null,
    build_logs: [...result.buildLogs],
  };
}

const asConvention = (chosen: string | null): FunctionJson['convention'] =>
  CONVENTIONS.find((convention) => convention === chosen) ?? 'auto';
