// The section `rate_limits`: how many requests are let through, of whom, and in which time. Each limiter counts over all
// fronts of the machine.

import { z } from 'zod';
import {
  limiterKeyPartsMax,
  limiterPathsMax,
  limiterRate,
  limiterRequests,
  limitersMax,
  limiterWindowSeconds,
} from '../limits.ts';

const pathLengthMax = 256;
const nameLengthMax = 40;

const whole = { error: 'must be a whole number' };
const requests = z.int(whole).min(limiterRequests.min).max(limiterRequests.max);
const seconds = z.int(whole).min(limiterWindowSeconds.min).max(limiterWindowSeconds.max);

/** Names of headers and cookies are tokens (RFC 9110, 5.6.2). */
const keySchema = z
  .string()
  .regex(
    /^(ip|key|user|country|path|global|(header|cookie):[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100})$/,
    'must be "ip", "key", "user", "country", "path", "global", "header:<name>" or "cookie:<name>"',
  );

const common = {
  name: z
    .string()
    .max(nameLengthMax)
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'must be lower-case letters, digits, "_" and "-"'),
  by: z.union([keySchema, z.array(keySchema).min(1).max(limiterKeyPartsMax)]).default('ip'),
  missing: z.enum(['share', 'skip', 'refuse']).default('share'),
  methods: z
    .array(z.string().regex(/^[A-Z]{1,20}$/, 'must be an upper-case HTTP method'))
    .min(1)
    .optional(),
  paths: z
    .array(
      z
        .string()
        .max(pathLengthMax)
        .regex(/^\/[^*\s?#]*\*?$/, 'must begin with "/", and may have one "*" at its end'),
    )
    .min(1)
    .max(limiterPathsMax)
    .optional(),
  status: z.int(whole).min(400).max(599).default(429),
  before_auth: z.boolean().default(false),
  headers: z.boolean().default(true),
};

const limiterSchema = z.discriminatedUnion('algorithm', [
  z.strictObject({ ...common, algorithm: z.literal('fixed'), limit: requests, window: seconds }),
  z.strictObject({ ...common, algorithm: z.literal('sliding'), limit: requests, window: seconds }),
  z.strictObject({
    ...common,
    algorithm: z.literal('token_bucket'),
    burst: requests,
    rate: z.number().min(limiterRate.min).max(limiterRate.max),
  }),
]);
export type RateLimiter = z.infer<typeof limiterSchema>;

export const rateLimitsSchema = z
  .array(limiterSchema)
  .min(1)
  .max(limitersMax)
  .superRefine((limiters, context) => {
    for (const [index, limiter] of limiters.entries())
      for (const { path, message } of faultsOf(limiter, limiters.slice(0, index)))
        context.addIssue({ code: 'custom', path: [index, path], message });
  });

function faultsOf(
  limiter: RateLimiter,
  before: readonly RateLimiter[],
): { readonly path: string; readonly message: string }[] {
  const parts = keyParts(limiter.by);
  const faults = [];
  if (before.some(({ name }) => name === limiter.name))
    faults.push({ path: 'name', message: `is "${limiter.name}" twice: each limiter has a name of its own` });
  if (parts.length > 1 && (parts.includes('global') || new Set(parts).size < parts.length))
    faults.push({ path: 'by', message: 'must name each part once, and "global" alone' });
  const late = parts.find((part) => part === 'key' || part === 'user');
  if (limiter.before_auth && late !== undefined)
    faults.push({
      path: 'before_auth',
      message: `cannot be true with "by": "${late}", which is known only after auth`,
    });
  if (limiter.algorithm === 'token_bucket' && limiter.burst / limiter.rate > limiterWindowSeconds.max)
    faults.push({
      path: 'rate',
      message: `is too low for this burst: an empty bucket must be full again within ${limiterWindowSeconds.max} s`,
    });
  return faults;
}

export const keyParts = (by: RateLimiter['by']): readonly string[] => (typeof by === 'string' ? [by] : by);
