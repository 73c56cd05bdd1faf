// /functions/{id}/versions: what was built.

import { z } from '@hono/zod-openapi';
import { versionAuditSchema } from '../model/advisories.ts';
import { egressSchema } from '../model/egress.ts';
import { CONVENTIONS, type VersionRecord } from '../model/function.ts';
import { tagLengthMax } from '../model/limits.ts';
import type { Platform } from '../platform/platform.ts';
import { exampleVersion, exampleVersionId } from './examples.ts';
import { functionParams, functionParamsAnd, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { pageQuery, projectQuery } from './query.ts';

const versionSchema = z
  .strictObject({
    id: z.string(),
    function_id: z.string(),
    bundle: z.string().openapi({ description: 'SHA-256 of the bundle.' }),
    convention: z.enum(CONVENTIONS).openapi({ description: 'As set, or as chosen for `auto`.' }),
    settings: z
      .strictObject({
        compatibility_date: z.string(),
        compatibility_flags: z.array(z.string()),
        memory: z.int(),
        concurrency: z.int(),
        wait_until_timeout: z.int(),
        egress: egressSchema,
        env: z.array(z.strictObject({ key: z.string(), secret: z.boolean() })),
      })
      .openapi({ description: 'What its instances start with; the values of `env` are not shown.' }),
    build_logs: z.array(z.string()),
    message: z.string().nullable(),
    tag: z.string().nullable(),
    author: z.string().nullable().openapi({ description: 'Name of the key that made it.' }),
    source_hash: z.string().nullable().openapi({ description: 'SHA-256 of the source as it was sent.' }),
    triggered_by: z.string().nullable(),
    signature: z.string().nullable().openapi({
      description: 'Of the key in `/info`, over id, bundle and settings; checked before each start.',
    }),
    audit: versionAuditSchema.nullable().openapi({
      description:
        'What was known of its packages when it was built; null where no source is set, or without packages.',
    }),
    created_at: z.iso.datetime(),
  })
  .openapi('Version');
export type Version = z.output<typeof versionSchema>;

const versionPageSchema = z.strictObject({ versions: z.array(versionSchema), cursor: z.string().nullable() });
export type VersionPage = z.output<typeof versionPageSchema>;

const versionParams = functionParamsAnd(
  'version',
  'Id of the version, or its first 8 digits or more.',
  exampleVersionId.slice(0, 8),
);
const projectOnly = z.strictObject(projectQuery);

export function addVersions(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'listVersions',
      method: 'get',
      path: '/functions/{id}/versions',
      access: 'read',
      tag: 'Versions',
      summary: 'List versions',
      params: functionParams,
      query: z.strictObject({
        ...projectQuery,
        ...pageQuery,
        tag: z
          .string()
          .min(1)
          .max(tagLengthMax)
          .optional()
          .openapi({ description: 'Only with this tag.', example: 'v1.2' }),
      }),
      answers: [
        {
          status: 200,
          means: 'A page, the newest first.',
          schema: versionPageSchema,
          example: { versions: [exampleVersion], cursor: null },
        },
      ],
      errors: ['FN_001'],
    },
    async (call) => {
      const { limit, cursor, tag } = call.query;
      const page = await platform.listVersions(call.by, functionRef(call), { limit, cursor, tag });
      return Response.json({ versions: page.items.map(versionJson), cursor: page.cursor });
    },
  );

  addOperation(
    app,
    {
      name: 'getVersion',
      method: 'get',
      path: '/functions/{id}/versions/{version}',
      access: 'read',
      tag: 'Versions',
      summary: 'Show a version',
      params: versionParams,
      query: projectOnly,
      answers: [{ status: 200, means: 'The version.', schema: versionSchema, example: exampleVersion }],
      errors: ['FN_001'],
    },
    async (call) =>
      Response.json(
        versionJson(await platform.getVersion(call.by, functionRef(call), call.param('version'))),
      ),
  );

  addOperation(
    app,
    {
      name: 'getVersionConfig',
      method: 'get',
      path: '/functions/{id}/versions/{version}/config',
      access: 'read_source',
      tag: 'Versions',
      summary: 'Show what a version runs with',
      description: "The text of the configuration that the version's instances are given, secrets blanked.",
      params: versionParams,
      query: projectOnly,
      answers: [
        {
          status: 200,
          means: "Cap'n Proto text.",
          contentType: 'text/plain; charset=utf-8',
          schema: z.string(),
          example: 'using Workerd = import "/workerd/workerd.capnp";\n',
        },
      ],
      errors: ['FN_001'],
    },
    async (call) =>
      new Response(await platform.getVersionConfig(call.by, functionRef(call), call.param('version')), {
        headers: { 'content-type': 'text/plain; charset=utf-8' },
      }),
  );
}

function versionJson(version: VersionRecord): z.input<typeof versionSchema> {
  return {
    id: version.id,
    function_id: version.functionId,
    bundle: version.bundle,
    convention: version.convention,
    settings: {
      compatibility_date: version.settings.compatibilityDate,
      compatibility_flags: [...version.settings.compatibilityFlags],
      memory: version.settings.memory,
      concurrency: version.settings.concurrency,
      wait_until_timeout: version.settings.waitUntilTimeout,
      egress: version.settings.egress as z.input<typeof egressSchema>,
      env: version.settings.env.map(({ key, secret }) => ({ key, secret })),
    },
    build_logs: [...version.buildLogs],
    message: version.annotations.message,
    tag: version.annotations.tag,
    author: version.annotations.author,
    source_hash: version.annotations.sourceHash,
    triggered_by: version.annotations.triggeredBy,
    signature: version.signature,
    audit: version.audit,
    created_at: version.createdAt,
  };
}
