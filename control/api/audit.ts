// GET /audit: who changed what, and what was refused.

import { z } from '@hono/zod-openapi';
import { ROLES } from '../model/access.ts';
import { AUDIT_ACTIONS, type AuditRecord } from '../model/audit.ts';
import { nameSchema } from '../model/function.ts';
import type { Platform } from '../platform/platform.ts';
import { exampleAuditEntry } from './examples.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { pageQuery, timeQuery } from './query.ts';

const who = (description: string, example: string) =>
  z.string().min(1).max(200).optional().openapi({ description, example });

const entrySchema = z
  .strictObject({
    id: z.string(),
    time: z.iso.datetime(),
    actor: z.strictObject({
      id: z.string().nullable().openapi({
        description: "`owner` for the owner's token; null where no credential was accepted.",
      }),
      name: z.string(),
      role: z.enum(ROLES).nullable(),
    }),
    action: z.enum(AUDIT_ACTIONS),
    project: z.string().nullable(),
    function: z.strictObject({ id: z.string(), name: z.string() }).nullable(),
    key: z.string().nullable().openapi({ description: 'Id of the key that was made or revoked.' }),
    request_id: z.string(),
    address: z.string().nullable().openapi({
      description: 'Of the other end of the connection: a proxy, if there is one before control.',
    }),
    changes: z
      .record(z.string(), z.strictObject({ old: z.unknown().optional(), new: z.unknown().optional() }))
      .openapi({
        description:
          'By setting, before and after; long values are cut. Variables are `env.<name>` with their kind, never their value; source is not told.',
      }),
    refused: z
      .strictObject({ status: z.literal([401, 403]), operation: z.string().nullable(), count: z.int() })
      .nullable()
      .openapi({ description: 'Of `access.refuse`: like refusals of about a minute, in one entry.' }),
  })
  .openapi('AuditEntry');

const auditPageSchema = z.strictObject({ entries: z.array(entrySchema), cursor: z.string().nullable() });
export type AuditPage = z.output<typeof auditPageSchema>;

export function addAudit(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'listAudit',
      method: 'get',
      path: '/audit',
      access: 'administer',
      tag: 'Access',
      summary: 'Read the audit log',
      description:
        'The newest first. An entry of a change is stored with the change itself. An owner with projects sees what happened in them, and what their own key did.',
      query: z.strictObject({
        ...pageQuery,
        since: timeQuery('Only from this time on.'),
        until: timeQuery('Only before this time.'),
        actor: who("Only by this key: its id or its name. `owner` is the owner's token.", 'owner'),
        action: z.enum(AUDIT_ACTIONS).optional().openapi({ description: 'Only this action.' }),
        project: nameSchema.optional().openapi({ description: 'Only in this project.', example: 'shop' }),
        function: who('Only of this function: its id or its name.', 'hello'),
      }),
      answers: [
        {
          status: 200,
          means: 'A page of entries.',
          schema: auditPageSchema,
          example: { entries: [exampleAuditEntry], cursor: null },
        },
      ],
    },
    async ({ by, query }) => {
      const page = await platform.audit(by, query);
      return Response.json({ entries: page.items.map(entryJson), cursor: page.cursor });
    },
  );
}

const entryJson = ({ requestId, ...entry }: AuditRecord): z.input<typeof entrySchema> => ({
  ...entry,
  request_id: requestId,
  changes: { ...entry.changes },
});
