// /cache: answers of functions that are kept, and how they are forgotten.

import { z } from '@hono/zod-openapi';
import { cachePurgeSchema } from '../model/cache-purge.ts';
import type { CacheView, Platform } from '../platform/platform.ts';
import { exampleFunction } from './examples.ts';
import { type ApiApp, addOperation } from './operation.ts';

const purgedSchema = z.strictObject({
  purged: z.int().openapi({ description: 'How many entries that were.' }),
});
export type Purged = z.output<typeof purgedSchema>;

const cacheSchema = z
  .strictObject({
    size_bytes: z.int().openapi({ description: 'Of all entries on this machine, of whatever project.' }),
    limit_bytes: z.int(),
    entries: z.int(),
    evicted: z.int().openapi({ description: 'Entries that had to make room, since the cache was started.' }),
    collapsed: z
      .int()
      .openapi({ description: 'Requests that waited for another one of their key, since then.' }),
    functions: z.array(
      z.strictObject({
        id: z.string(),
        name: z.string(),
        project: z.string(),
        entries: z.int(),
        bytes: z.int(),
        hits: z.int().openapi({ description: 'Since the cache was started, as the next two.' }),
        misses: z.int(),
        stored: z.int(),
      }),
    ),
  })
  .openapi('Cache');
export type CacheJson = z.output<typeof cacheSchema>;

const exampleCache = {
  ...{ size_bytes: 48_213, limit_bytes: 536_870_912, entries: 12, evicted: 0, collapsed: 31 },
  functions: [
    {
      ...{ id: exampleFunction.id, name: 'hello', project: 'default' },
      ...{ entries: 12, bytes: 48_213, hits: 940, misses: 12, stored: 12 },
    },
  ],
};

const noQuery = z.strictObject({});

export function addCache(app: ApiApp, platform: Platform): void {
  const purgeSchema = app.openAPIRegistry.register('PurgeCache', cachePurgeSchema);
  addOperation(
    app,
    {
      name: 'getCache',
      method: 'get',
      path: '/cache',
      access: 'read',
      tag: 'Cache',
      summary: 'Show what is kept',
      description: 'A key for some projects sees their functions; the sums are of all.',
      query: noQuery,
      answers: [{ status: 200, means: 'Sizes and counts.', schema: cacheSchema, example: exampleCache }],
      errors: ['FN_008'],
    },
    async ({ by }) => Response.json(cacheJson(await platform.viewCache(by))),
  );

  addOperation(
    app,
    {
      name: 'purgeCache',
      method: 'post',
      path: '/cache/purge',
      access: 'change',
      tag: 'Cache',
      summary: 'Forget answers that are kept',
      description:
        'By exactly one of URL, tag, prefix of URLs, and everything; of one function, of a project, or of all that the key is for. When the answer comes, no front gives any of it.',
      query: noQuery,
      body: { schema: purgeSchema, required: true, example: { tags: ['products'] } },
      answers: [{ status: 200, means: 'They are gone.', schema: purgedSchema, example: { purged: 3 } }],
      errors: ['FN_001', 'FN_008', 'SYS_002'],
    },
    async ({ by, body }) => Response.json({ purged: await platform.purgeCache(by, body) }),
  );
}

const cacheJson = ({ bytes, bytesMax, entries, evicted, collapsed, functions }: CacheView): CacheJson => ({
  ...{ size_bytes: bytes, limit_bytes: bytesMax, entries, evicted, collapsed },
  functions: functions.map((one) => ({ ...one })),
});
