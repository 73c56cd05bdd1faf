// /keys: who may use the platform besides the owner. A token goes out once, in the answer that makes it.

import { z } from '@hono/zod-openapi';
import { type CreateKey, createKeySchema, type KeyRecord, ROLES } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { Platform } from '../platform/platform.ts';
import { errorResponse } from './error-response.ts';
import { exampleCreatedKey, exampleKey } from './examples.ts';
import type { ErrorCase } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { pageQuery } from './query.ts';

const keyShape = {
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  projects: z.array(z.string()).nullable().openapi({ description: 'Null for all.' }),
  prefix: z.string().openapi({ description: 'First characters of the token, to tell which one it is.' }),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable().openapi({
    description: 'To the minute, here or at a function; null if it was never used.',
  }),
};
const keySchema = z.strictObject(keyShape).openapi('Key');
const createdKeySchema = z
  .strictObject({ ...keyShape, token: z.string().openapi({ description: 'Shown this once.' }) })
  .openapi('CreatedKey');
export type KeyJson = z.input<typeof keySchema>;
export type CreatedKey = z.output<typeof createdKeySchema>;
const keyPageSchema = z.strictObject({ keys: z.array(keySchema), cursor: z.string().nullable() });
export type KeyPage = z.output<typeof keyPageSchema>;
const revokedKeySchema = z.strictObject({ id: z.string(), name: z.string(), deleted: z.literal(true) });
export type RevokedKey = z.output<typeof revokedKeySchema>;

const TOO_MANY: ErrorCase = { code: 'FN_006', status: 409, means: 'There are as many keys as there may be.' };

const noQuery = z.strictObject({});
const keyParams = z.strictObject({
  id: z.string().openapi({ description: 'Id of the key.', example: exampleKey.id }),
});

export function addKeys(app: ApiApp, platform: Platform): void {
  const createSchema: z.ZodType<CreateKey> = app.openAPIRegistry.register('CreateKey', createKeySchema);

  addOperation(
    app,
    {
      name: 'listKeys',
      method: 'get',
      path: '/keys',
      access: 'administer',
      tag: 'Access',
      summary: 'List keys',
      description: 'The oldest first. An owner with projects sees the keys that are for those projects only.',
      query: z.strictObject(pageQuery),
      answers: [
        {
          status: 200,
          means: 'A page of keys, without their tokens.',
          schema: keyPageSchema,
          example: { keys: [exampleKey], cursor: null },
        },
      ],
    },
    async ({ by, query }) => {
      const page = await platform.listKeys(by, query);
      return Response.json({ keys: page.items.map(keyJson), cursor: page.cursor });
    },
  );

  addOperation(
    app,
    {
      name: 'createKey',
      method: 'post',
      path: '/keys',
      access: 'administer',
      tag: 'Access',
      summary: 'Make a key',
      description:
        'The answer has the token, which is not stored and not shown again. It is good at once, here and at the functions. No key can make one with more projects, or a later end, than its own. A repetition with the same `Idempotency-Key` makes no second key, and is answered 409 with the id of the first.',
      query: noQuery,
      body: {
        schema: createSchema,
        required: true,
        example: { name: 'deploys of the shop', role: 'deployer', projects: ['shop'], expires_at: null },
      },
      answers: [
        {
          status: 201,
          means: 'The key, with its token.',
          schema: createdKeySchema,
          example: exampleCreatedKey,
        },
      ],
      errors: [TOO_MANY, 'SYS_002'],
    },
    async (call) => {
      const { key, token } = await platform.createKey(call.by, call.body);
      call.answerRepetitionsWith(tokenWasShown(key, call.requestId));
      return Response.json(
        { ...keyJson(key), token },
        { status: 201, headers: { location: `/keys/${key.id}` } },
      );
    },
  );

  addOperation(
    app,
    {
      name: 'getKey',
      method: 'get',
      path: '/keys/{id}',
      access: 'administer',
      tag: 'Access',
      summary: 'Show a key',
      params: keyParams,
      query: noQuery,
      answers: [
        { status: 200, means: 'The key, without its token.', schema: keySchema, example: exampleKey },
      ],
      errors: ['FN_001'],
    },
    async ({ by, param }) => Response.json(keyJson(await platform.getKey(by, param('id')))),
  );

  addOperation(
    app,
    {
      name: 'revokeKey',
      method: 'delete',
      path: '/keys/{id}',
      access: 'administer',
      tag: 'Access',
      summary: 'Revoke a key',
      description:
        'When the answer comes, the key opens nothing any more, here or at any function. What it began goes on to its end; keys that it made stay.',
      params: keyParams,
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'It is gone.',
          schema: revokedKeySchema,
          example: { id: exampleKey.id, name: exampleKey.name, deleted: true },
        },
      ],
      errors: ['FN_001', 'SYS_002'],
    },
    async ({ by, param }) => {
      const { id, name } = await platform.revokeKey(by, param('id'));
      return Response.json({ id, name, deleted: true });
    },
  );
}

/** The token is in no table, so the answer with it cannot be kept for a client that did not hear it. */
const tokenWasShown = ({ id }: KeyRecord, requestId: string): Response =>
  errorResponse(
    new AppError(
      'FN_006',
      `The first request with this Idempotency-Key made the key ${id}, and its token was in that answer only: if it is lost, revoke the key with DELETE /keys/${id} and make another.`,
      { status: 409 },
    ),
    requestId,
  );

const keyJson = (key: KeyRecord): KeyJson => ({
  id: key.id,
  name: key.name,
  role: key.role,
  projects: key.projects && [...key.projects],
  prefix: key.prefix,
  created_at: key.createdAt,
  expires_at: key.expiresAt,
  last_used_at: key.lastUsedAt,
});
