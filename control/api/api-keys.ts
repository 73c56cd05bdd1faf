// /api-keys: keys of functions' visitors. A token goes out once, in the answer that makes it.

import { z } from '@hono/zod-openapi';
import { type ApiKeyRecord, type CreateApiKey, createApiKeySchema } from '../model/api-key.ts';
import { AppError } from '../model/errors.ts';
import { nameSchema } from '../model/function.ts';
import type { Platform } from '../platform/platform.ts';
import { errorResponse } from './error-response.ts';
import type { ErrorCase } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { pageQuery } from './query.ts';

const apiKeyShape = {
  id: z.string(),
  name: z.string(),
  project: z.string(),
  function: z.string().nullable().openapi({
    description:
      'Id of the one function that it opens; null for all of the project whose rules take such keys.',
  }),
  scopes: z.array(z.string()),
  prefix: z.string().openapi({ description: 'First characters of the token, to tell which one it is.' }),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso
    .datetime()
    .nullable()
    .openapi({ description: 'To the minute; null if it was never used.' }),
};
const apiKeySchema = z.strictObject(apiKeyShape).openapi('ApiKey');
const createdApiKeySchema = z
  .strictObject({ ...apiKeyShape, token: z.string().openapi({ description: 'Shown this once.' }) })
  .openapi('CreatedApiKey');
export type ApiKeyJson = z.input<typeof apiKeySchema>;
export type CreatedApiKeyJson = z.output<typeof createdApiKeySchema>;
const apiKeyPageSchema = z.strictObject({ api_keys: z.array(apiKeySchema), cursor: z.string().nullable() });
export type ApiKeyPage = z.output<typeof apiKeyPageSchema>;

const revokedApiKeySchema = z.strictObject({ id: z.string(), name: z.string(), deleted: z.literal(true) });
export type RevokedApiKey = z.output<typeof revokedApiKeySchema>;

const TOO_MANY: ErrorCase = { code: 'FN_006', status: 409, means: 'There are as many keys as there may be.' };

const example: ApiKeyJson = {
  id: 'ak_h4t9w2k7c0n5x8b3m1q6',
  name: 'the partner in Graz',
  project: 'default',
  function: null,
  scopes: ['orders:read'],
  prefix: 'svk_p3Vn0K',
  created_at: '2026-11-21T12:00:00.000Z',
  expires_at: null,
  last_used_at: null,
};

export function addApiKeys(app: ApiApp, platform: Platform): void {
  const createSchema: z.ZodType<CreateApiKey> = app.openAPIRegistry.register(
    'CreateApiKey',
    createApiKeySchema,
  );

  addOperation(
    app,
    {
      name: 'listApiKeys',
      method: 'get',
      path: '/api-keys',
      access: 'read',
      tag: 'Access',
      summary: 'List keys of visitors',
      description: 'The oldest first, without their tokens.',
      query: z.strictObject({
        ...pageQuery,
        project: nameSchema.optional().openapi({ description: 'Of this project only.', example: 'default' }),
        function: z.string().min(1).max(100).optional().openapi({
          description: 'Id or name of a function: those that open it alone.',
          example: 'hello',
        }),
      }),
      answers: [
        {
          status: 200,
          means: 'A page of keys.',
          schema: apiKeyPageSchema,
          example: { api_keys: [example], cursor: null },
        },
      ],
      errors: ['FN_001'],
    },
    async ({ by, query }) => {
      const page = await platform.listApiKeys(by, query);
      return Response.json({ api_keys: page.items.map(apiKeyJson), cursor: page.cursor });
    },
  );

  addOperation(
    app,
    {
      name: 'createApiKey',
      method: 'post',
      path: '/api-keys',
      access: 'change',
      tag: 'Access',
      summary: 'Make a key for visitors',
      description:
        'It opens functions whose rules have an `api_key` method, and nothing else. The answer has the token, which is not stored and not shown again. It is good at once. A repetition with the same `Idempotency-Key` makes no second key, and is answered 409 with the id of the first.',
      query: z.strictObject({}),
      body: {
        schema: createSchema,
        required: true,
        example: { name: example.name, project: 'default', scopes: ['orders:read'], expires_at: null },
      },
      answers: [
        {
          status: 201,
          means: 'The key, with its token.',
          schema: createdApiKeySchema,
          // Not a token that could ever be one: it is too short.
          example: { ...example, token: 'svk_p3Vn0K…' },
        },
      ],
      errors: ['FN_001', TOO_MANY, 'SYS_002'],
    },
    async (call) => {
      const { key, token } = await platform.createApiKey(call.by, call.body);
      call.answerRepetitionsWith(tokenWasShown(key, call.requestId));
      return Response.json({ ...apiKeyJson(key), token }, { status: 201 });
    },
  );

  addOperation(
    app,
    {
      name: 'revokeApiKey',
      method: 'delete',
      path: '/api-keys/{id}',
      access: 'change',
      tag: 'Access',
      summary: 'Revoke a key of visitors',
      description:
        'When the answer comes, the key opens nothing any more, at any front. What it began goes on to its end.',
      params: z.strictObject({
        id: z.string().openapi({ description: 'Id of the key.', example: example.id }),
      }),
      query: z.strictObject({}),
      answers: [
        {
          status: 200,
          means: 'It is gone.',
          schema: revokedApiKeySchema,
          example: { id: example.id, name: example.name, deleted: true },
        },
      ],
      errors: ['FN_001', 'SYS_002'],
    },
    async ({ by, param }) => {
      const { id, name } = await platform.revokeApiKey(by, param('id'));
      return Response.json({ id, name, deleted: true });
    },
  );
}

/** The token is in no table, so the answer with it cannot be kept for a client that did not hear it. */
const tokenWasShown = ({ id }: ApiKeyRecord, requestId: string): Response =>
  errorResponse(
    new AppError(
      'FN_006',
      `The first request with this Idempotency-Key made the API key ${id}, and its token was in that answer only: if it is lost, revoke the key with DELETE /api-keys/${id} and make another.`,
      { status: 409 },
    ),
    requestId,
  );

const apiKeyJson = (key: ApiKeyRecord): ApiKeyJson => ({
  id: key.id,
  name: key.name,
  project: key.project,
  function: key.functionId,
  scopes: [...key.scopes],
  prefix: key.prefix,
  created_at: key.createdAt,
  expires_at: key.expiresAt,
  last_used_at: key.lastUsedAt,
});
