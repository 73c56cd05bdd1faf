// /functions/{id}/rate-limits: what the function's limiters have counted, and letting somebody in again.

import { z } from '@hono/zod-openapi';
import type { Platform, RateLimiterView } from '../platform/platform.ts';
import { functionParams, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { projectQuery } from './query.ts';

const limiterSchema = z
  .strictObject({
    name: z.string(),
    algorithm: z.enum(['fixed', 'sliding', 'token_bucket']),
    by: z.array(z.string()),
    allowed: z.int().openapi({ description: 'Requests since the fronts started, or the figures changed.' }),
    refused: z.int(),
    asked: z
      .int()
      .openapi({ description: 'How often a front that had used up its share asked the others for theirs.' }),
    keys: z.int().openapi({ description: 'That are counted now, at the front that knows most of them.' }),
  })
  .openapi('RateLimiter');
export type RateLimiterJson = z.output<typeof limiterSchema>;

const listSchema = z.strictObject({ rate_limits: z.array(limiterSchema) });
const resetSchema = z.strictObject({ name: z.string(), key: z.string(), reset: z.literal(true) });

const resetParams = z.strictObject({
  ...functionParams.shape,
  name: z.string().openapi({ description: 'Of the limiter.', example: 'login' }),
  key: z.string().openapi({
    description:
      'Of whoever is to be let in: an address, the value of a header. IPv6 is counted by /64 networks.',
    example: '203.0.113.7',
  }),
});

const example: RateLimiterJson = {
  ...{ name: 'login', algorithm: 'sliding', by: ['ip'] },
  ...{ allowed: 1204, refused: 17, asked: 9, keys: 311 },
};

export function addRateLimits(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'listRateLimits',
      method: 'get',
      path: '/functions/{id}/rate-limits',
      access: 'read',
      tag: 'Functions',
      summary: 'List the counters of rate limits',
      description: 'Of the limiters in the `rules` of the function and of its routes.',
      params: functionParams,
      query: z.strictObject(projectQuery),
      answers: [
        { status: 200, means: 'The limiters.', schema: listSchema, example: { rate_limits: [example] } },
      ],
      errors: ['FN_001', 'FN_008'],
    },
    async (call) => {
      const limiters = await platform.listRateLimits(call.by, functionRef(call));
      return Response.json({ rate_limits: limiters.map(limiterJson) });
    },
  );

  addOperation(
    app,
    {
      name: 'resetRateLimit',
      method: 'delete',
      path: '/functions/{id}/rate-limits/{name}/{key}',
      access: 'change',
      tag: 'Functions',
      summary: 'Let somebody in again',
      description:
        'Forgets what a limiter has counted of one key: an address, the value of a header, or what else it counts by. Parts of a key are joined by `|`.',
      params: resetParams,
      query: z.strictObject(projectQuery),
      answers: [
        {
          status: 200,
          means: 'It begins anew.',
          schema: resetSchema,
          example: { name: 'login', key: '203.0.113.7', reset: true },
        },
      ],
      errors: ['FN_001', 'FN_008'],
    },
    async (call) => {
      const [name, key] = [call.param('name'), call.param('key')];
      await platform.resetRateLimit(call.by, functionRef(call), name, key);
      return Response.json({ name, key, reset: true });
    },
  );
}

const limiterJson = ({ limiter, allowed, refused, asked, keys }: RateLimiterView): RateLimiterJson => ({
  ...{ name: limiter.name, algorithm: limiter.algorithm },
  by: typeof limiter.by === 'string' ? [limiter.by] : limiter.by,
  ...{ allowed, refused, asked, keys },
});
