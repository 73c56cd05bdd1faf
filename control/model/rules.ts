// What the edge does with the requests of a function, or of one of its routes, before and after the function has them.
// Each section has a schema of its own in `rules/`; a section that is absent asks for nothing.

import { z } from 'zod';
import { authSchema } from './rules/auth.ts';
import { botsSchema } from './rules/bots.ts';
import { cacheSchema } from './rules/cache.ts';
import { conflictsOf } from './rules/conflicts.ts';
import { corsSchema } from './rules/cors.ts';
import { csrfSchema } from './rules/csrf.ts';
import { experimentsSchema } from './rules/experiments.ts';
import { geoSchema } from './rules/geo.ts';
import { requestHeadersSchema, responseHeadersSchema } from './rules/headers.ts';
import { injectSchema } from './rules/inject.ts';
import { ipSchema } from './rules/ip.ts';
import { rateLimitsSchema } from './rules/rate-limits.ts';
import { redirectsSchema } from './rules/redirects.ts';
import { regionsRuleSchema } from './rules/regions.ts';
import { rewriteSchema } from './rules/rewrite.ts';
import { sizeSchema } from './rules/size.ts';
import { tlsRuleSchema } from './rules/tls.ts';
import { webhookSchema } from './rules/webhook.ts';

const sections = {
  geo: geoSchema,
  auth: authSchema,
  webhook: webhookSchema,
  regions: regionsRuleSchema,
  rate_limits: rateLimitsSchema,
  tls: tlsRuleSchema,
  ip: ipSchema,
  bots: botsSchema,
  size: sizeSchema,
  cors: corsSchema,
  csrf: csrfSchema,
  redirects: redirectsSchema,
  rewrite: rewriteSchema,
  request_headers: requestHeadersSchema,
  response_headers: responseHeadersSchema,
  inject: injectSchema,
  experiments: experimentsSchema,
  cache: cacheSchema,
};

const sectionsSchema = z.strictObject(sections).partial();

/** Sections as the control API takes them, with their defaults. */
export type Rules = z.infer<typeof sectionsSchema>;
export type RuleSection = keyof Rules;

/** Of a function. */
export const rulesSchema = sectionsSchema.superRefine(refuseConflicts);

/** Of a route: a section takes the place of the function's, and `null` takes that away. */
export const routeRulesSchema = z
  .strictObject(
    Object.fromEntries(
      Object.entries(sections).map(([name, schema]) => [name, z.nullable(schema as z.ZodType)]),
    ),
  )
  .partial()
  .superRefine(refuseConflicts) as unknown as z.ZodType<RouteRules>;

export type RouteRules = { readonly [Section in RuleSection]?: Rules[Section] | null };

/** Both sides are named, as neither is wrong by itself. */
function refuseConflicts(rules: object, context: z.RefinementCtx): void {
  // What cannot be read cannot be compared.
  if (context.issues.length > 0) return;
  for (const { path, message } of conflictsOf(rules))
    context.addIssue({ code: 'custom', path: [...path], message });
}

/** What holds on a route. */
export function rulesOfRoute(ofFunction: Rules, ofRoute: RouteRules = {}): Rules {
  const merged = Object.entries({ ...ofFunction, ...ofRoute });
  return Object.fromEntries(
    merged.filter(([, section]) => section !== null && section !== undefined),
  ) as Rules;
}
