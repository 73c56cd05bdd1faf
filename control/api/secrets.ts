// /functions/{id}/secrets: what there is to tell of a function's secrets, which is all but their values; and the
// rotation of the master key.

import { z } from '@hono/zod-openapi';
import type { SecretVersion } from '../model/secret-version.ts';
import type { Platform } from '../platform/platform.ts';
import { exampleMasterKeyRotation, exampleSecret, exampleSecretVersion } from './examples.ts';
import { functionParams, functionParamsAnd, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { projectQuery } from './query.ts';

const number = z.int().openapi({ description: 'Counts up from 1 with each value that is set.' });
const author = z.string().openapi({ description: 'Name of the key that set it.' });

const secretSchema = z
  .strictObject({
    name: z.string(),
    number,
    live: z
      .int()
      .nullable()
      .openapi({ description: 'The number that the live version has; another one after a rollback.' }),
    author,
    created_at: z.iso.datetime(),
  })
  .openapi('Secret');

const secretVersionSchema = z
  .strictObject({
    number,
    author,
    created_at: z.iso.datetime(),
    deleted_at: z.iso.datetime().nullable().openapi({ description: 'When the secret was deleted.' }),
  })
  .openapi('SecretVersion');

const secretListSchema = z.strictObject({ secrets: z.array(secretSchema) });
export type SecretList = z.output<typeof secretListSchema>;
const secretHistorySchema = z.strictObject({ name: z.string(), versions: z.array(secretVersionSchema) });
export type SecretHistory = z.output<typeof secretHistorySchema>;

const rotationSchema = z.strictObject({
  source: z.enum(['file', 'command']),
  from: z.string().openapi({ description: 'Id of the key of before.' }),
  to: z.string().openapi({ description: 'Id of the key of now.' }),
  data_keys: z.int().openapi({ description: 'How many keys were wrapped again.' }),
});
export type MasterKeyRotation = z.output<typeof rotationSchema>;

const projectOnly = z.strictObject(projectQuery);

export function addSecrets(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'listSecrets',
      method: 'get',
      path: '/functions/{id}/secrets',
      access: 'read',
      tag: 'Environment',
      summary: 'List secrets',
      description: 'Set them with `POST /functions/{id}/env` and `"secret": true`. Values are never shown.',
      params: functionParams,
      query: projectOnly,
      answers: [
        {
          status: 200,
          means: 'By name.',
          schema: secretListSchema,
          example: { secrets: [exampleSecret] },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const secrets = await platform.listSecrets(call.by, functionRef(call));
      const body: SecretList = {
        secrets: secrets.map(({ name, number, live, author, createdAt }) => ({
          ...{ name, number, live, author },
          created_at: createdAt,
        })),
      };
      return Response.json(body);
    },
  );

  addOperation(
    app,
    {
      name: 'secretHistory',
      method: 'get',
      path: '/functions/{id}/secrets/{name}/history',
      access: 'read',
      tag: 'Environment',
      summary: 'Show when a secret was set, and by whom',
      description: 'Also of a secret that was deleted.',
      params: functionParamsAnd('name', 'Name of the secret.', 'API_KEY'),
      query: projectOnly,
      answers: [
        {
          status: 200,
          means: 'The newest first.',
          schema: secretHistorySchema,
          example: { name: 'API_KEY', versions: [exampleSecretVersion] },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const name = call.param('name');
      const versions = await platform.secretHistory(call.by, functionRef(call), name);
      return Response.json({ name, versions: versions.map(versionJson) } satisfies SecretHistory);
    },
  );

  addOperation(
    app,
    {
      name: 'rotateMasterKey',
      method: 'post',
      path: '/master-key/rotate',
      access: 'administer',
      tag: 'System',
      summary: 'Rotate the master key',
      description:
        'Makes a new key in the place of the one in the file, or runs the command again that prints it, and wraps all data keys with it. Functions go on, and no secret has to be set again. Only for an owner of all projects. A key of SELVEDGE_MASTER_KEY is not ours to change: 409.',
      query: z.strictObject({}),
      answers: [
        {
          status: 200,
          means: 'The new key is in use, and the one of before opens nothing any more.',
          schema: rotationSchema,
          example: exampleMasterKeyRotation,
        },
      ],
      errors: ['SYS_002'],
    },
    async (call) => {
      const { source, from, to, dataKeys } = await platform.rotateMasterKey(call.by);
      return Response.json({ source, from, to, data_keys: dataKeys } satisfies MasterKeyRotation);
    },
  );
}

const versionJson = ({ number, author, createdAt, deletedAt }: SecretVersion) => ({
  ...{ number, author },
  created_at: createdAt,
  deleted_at: deletedAt,
});
