// /functions/{id}/signed-urls: a URL that lets whoever has it make one request, for a time.

import { z } from '@hono/zod-openapi';
import { type SignUrl, signUrlSchema } from '../model/signed-url.ts';
import type { Platform } from '../platform/platform.ts';
import { functionParams, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { projectQuery } from './query.ts';

const signedUrlSchema = z
  .strictObject({ url: z.string(), method: z.string(), expires_at: z.iso.datetime() })
  .openapi('SignedUrl');
export type SignedUrlJson = z.output<typeof signedUrlSchema>;

export function addSignedUrls(app: ApiApp, platform: Platform): void {
  const signSchema: z.ZodType<SignUrl> = app.openAPIRegistry.register('SignUrl', signUrlSchema);

  addOperation(
    app,
    {
      name: 'signUrl',
      method: 'post',
      path: '/functions/{id}/signed-urls',
      access: 'change',
      tag: 'Access',
      summary: 'Sign a URL of a function',
      description:
        'For a function whose rules have a `signed_url` method. The signature is over method, host, path and query: with any of them changed it opens nothing. It cannot be taken back: keep `expires_in` short.',
      params: functionParams,
      query: z.strictObject(projectQuery),
      body: {
        schema: signSchema,
        required: true,
        example: { path: '/invoices/17', method: 'GET', query: {}, expires_in: 600 },
      },
      answers: [
        {
          status: 200,
          means: 'The URL, to be used as it is.',
          schema: signedUrlSchema,
          example: {
            url: 'http://hello.localhost:8080/invoices/17?selvedge-expires=1795262400&selvedge-signature=3yQ…',
            method: 'GET',
            expires_at: '2026-11-21T12:00:00.000Z',
          },
        },
      ],
      errors: [
        'FN_001',
        { code: 'FN_006', status: 409, means: 'The rules of the function take no signed URLs.' },
      ],
    },
    async (call) => {
      const { url, method, expiresAt } = await platform.signUrl(call.by, functionRef(call), call.body);
      return Response.json({ url, method, expires_at: expiresAt });
    },
  );
}
