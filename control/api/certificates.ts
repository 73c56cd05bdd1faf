// /certificates: what the TLS door answers with. Keys go in and never come out.

import { z } from '@hono/zod-openapi';
import { type CreateCertificate, createCertificateSchema } from '../model/certificate.ts';
import type { CertificateView, Platform } from '../platform/platform.ts';
import { exampleCertificate } from './examples.ts';
import type { ErrorCase } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';

const time = z.iso.datetime().nullable();

const certificateSchema = z
  .strictObject({
    name: z.string(),
    source: z.enum(['file', 'upload', 'acme']).openapi({
      description: '`file`: of SELVEDGE_TLS_CERTS. `upload`: given here. `acme`: ordered by the platform.',
    }),
    domains: z.array(z.string()),
    served: z.boolean().openapi({ description: 'Whoever connects now gets this one.' }),
    default: z.boolean().openapi({ description: 'For clients that name no host, or an unknown one.' }),
    not_before: time,
    not_after: time,
    issuer: z.string().nullable(),
    fingerprint: z.string().nullable().openapi({ description: 'SHA-256.' }),
    acme: z
      .strictObject({
        state: z.enum(['waiting', 'ordering', 'valid', 'failing']),
        failures: z.int().openapi({ description: 'Orders that have failed since one that did not.' }),
        last_error: z.string().nullable(),
        next_attempt_at: z.iso.datetime().openapi({ description: 'When it is ordered next.' }),
      })
      .nullable(),
    author: z.string().nullable(),
    created_at: time,
  })
  .openapi('Certificate');
export type CertificateJson = z.output<typeof certificateSchema>;
const certificateListSchema = z.strictObject({ certificates: z.array(certificateSchema) });
export type CertificateList = z.output<typeof certificateListSchema>;
const removedSchema = z.strictObject({ name: z.string(), deleted: z.literal(true) });
export type RemovedCertificate = z.output<typeof removedSchema>;

const NO_TLS: ErrorCase = {
  code: 'FN_006',
  status: 409,
  means: 'No TLS is served, or there are as many certificates as there may be.',
};
const OF_A_FILE: ErrorCase = { code: 'FN_006', status: 409, means: 'It is a file of the operator.' };

const noQuery = z.strictObject({});
const params = z.strictObject({
  name: z.string().openapi({ description: 'Name of the certificate.', example: exampleCertificate.name }),
});

export function addCertificates(app: ApiApp, platform: Platform): void {
  const createSchema: z.ZodType<CreateCertificate> = app.openAPIRegistry.register(
    'CreateCertificate',
    createCertificateSchema,
  );

  addOperation(
    app,
    {
      name: 'listCertificates',
      method: 'get',
      path: '/certificates',
      access: 'administer',
      tag: 'System',
      summary: 'List certificates',
      description:
        'Those that the platform keeps, and those in SELVEDGE_TLS_CERTS. Only for an owner of all projects.',
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'By name; files after the others.',
          schema: certificateListSchema,
          example: { certificates: [exampleCertificate] },
        },
      ],
    },
    async ({ by }) => {
      const certificates = (await platform.listCertificates(by)).map(certificateJson);
      return Response.json({ certificates } satisfies CertificateList);
    },
  );

  addOperation(
    app,
    {
      name: 'addCertificate',
      method: 'post',
      path: '/certificates',
      access: 'administer',
      tag: 'System',
      summary: 'Add or order a certificate',
      description:
        'With `certificate` (PEM, the whole chain) and `key`: it is served when the answer comes, in the place of one of the same name. With `domains` and `"acme": true`: it is ordered, and `GET /certificates` tells how far that is; the hosts must lead to this platform at port 80. The name is the first host unless one is given. Only for an owner of all projects.',
      query: noQuery,
      body: {
        schema: createSchema,
        required: true,
        example: { domains: ['shop.example.com'], acme: true },
      },
      answers: [
        { status: 201, means: 'The certificate.', schema: certificateSchema, example: exampleCertificate },
      ],
      errors: [NO_TLS, 'SYS_002'],
    },
    async ({ by, body }) => {
      const added = await platform.addCertificate(by, body);
      return Response.json(certificateJson(added), { status: 201 });
    },
  );

  addOperation(
    app,
    {
      name: 'removeCertificate',
      method: 'delete',
      path: '/certificates/{name}',
      access: 'administer',
      tag: 'System',
      summary: 'Delete a certificate',
      description:
        'Connections that there are go on. One that is ordered is not ordered again. Only for an owner of all projects.',
      params,
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'Nobody gets it any more.',
          schema: removedSchema,
          example: { name: exampleCertificate.name, deleted: true },
        },
      ],
      errors: ['FN_001', OF_A_FILE, 'SYS_002'],
    },
    async ({ by, param }) => {
      const name = param('name');
      await platform.removeCertificate(by, name);
      return Response.json({ name, deleted: true } satisfies RemovedCertificate);
    },
  );
}

const iso = (time: number | null): string | null => (time === null ? null : new Date(time).toISOString());

const certificateJson = (view: CertificateView): CertificateJson => ({
  ...{ name: view.name, source: view.source, domains: [...view.domains], served: view.served },
  ...{ default: view.fallback, not_before: iso(view.notBefore), not_after: iso(view.notAfter) },
  ...{ issuer: view.issuer, fingerprint: view.fingerprint },
  acme: view.order && {
    ...{ state: view.order.state, failures: view.order.failures, last_error: view.order.lastError },
    next_attempt_at: new Date(view.order.nextAttemptAt).toISOString(),
  },
  ...{ author: view.author, created_at: view.createdAt },
});
