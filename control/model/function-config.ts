// `function.config.ts`: a function's settings beside its source. The names and shapes are those that people
// already write; the fields that the API has besides are taken under the API's own names.

import { z } from 'zod';
import { nameSchema, settingsShape } from './function.ts';
import { routesMax } from './limits.ts';
import { routeRulesSchema } from './rules.ts';

const httpTriggerSchema = z.strictObject({
  type: z.literal('http'),
  /** A path such as "/api/users", with `*` at its end for all below; a host may go before it. */
  path: z
    .string()
    .max(1024)
    .regex(/^[^\s?#]*\/[^\s?#]*$/, 'must be a path such as "/api/users" or "/api/users/*"'),
  /** Upper-case HTTP methods; absent means all. */
  methods: z
    .array(z.string().regex(/^[A-Z]{1,20}$/, 'must be an upper-case HTTP method'))
    .min(1)
    .max(20)
    .optional(),
  rules: routeRulesSchema.optional(),
});

const scheduleTriggerSchema = z.strictObject({
  type: z.literal('schedule'),
  cron: z.string().min(1).max(200),
  timezone: z.string().min(1).max(100).optional(),
});

const databaseTriggerSchema = z.strictObject({
  type: z.literal('database'),
  collection: z.string().min(1).max(200),
  events: z.array(z.enum(['create', 'update', 'delete'])).min(1),
});

export const triggerSchema = z.discriminatedUnion('type', [
  httpTriggerSchema,
  scheduleTriggerSchema,
  databaseTriggerSchema,
]);
export type Trigger = z.infer<typeof triggerSchema>;

export const functionConfigSchema = z.strictObject({
  /** The folder's name unless it is given, here or on the command line. */
  name: nameSchema.optional(),
  ...z.strictObject(settingsShape).partial().shape,
  triggers: z.array(triggerSchema).max(routesMax).optional(),
  vpc: z
    .strictObject({ enabled: z.boolean(), subnetIds: z.array(z.string()).max(100).default([]) })
    .optional(),
});

/** What `export default` of a function.config.ts may be. */
export type FunctionConfig = z.input<typeof functionConfigSchema>;
export type CheckedFunctionConfig = z.output<typeof functionConfigSchema>;
