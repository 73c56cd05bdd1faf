// /functions/{id}/shadow: how the answers of a function's shadow compare with those that visitors got.

import { z } from '@hono/zod-openapi';
import { toPercent } from '../model/share.ts';
import type { Platform, ShadowView } from '../platform/platform.ts';
import { exampleRequestId, exampleVersionId } from './examples.ts';
import { functionParams, functionRef } from './function-ref.ts';
import { type ApiApp, addOperation } from './operation.ts';
import { projectQuery } from './query.ts';

const kindSchema = z.enum(['status', 'headers', 'body']);
const digestSchema = z.strictObject({
  bytes: z.int(),
  sha256: z.string(),
  cut: z.boolean().openapi({ description: 'There is more of it than was compared.' }),
});

const sampleSchema = z.strictObject({
  time: z.iso.datetime(),
  request_id: z.string(),
  method: z.string(),
  path: z.string(),
  differs: z.array(kindSchema),
  status: z.strictObject({ live: z.int(), shadow: z.int() }),
  headers: z
    .array(z.strictObject({ name: z.string(), live: z.string().nullable(), shadow: z.string().nullable() }))
    .openapi({ description: 'Those that differ; null where the answer had none of that name.' }),
  body: z
    .strictObject({ live: digestSchema, shadow: digestSchema })
    .nullable()
    .openapi({ description: 'Null when the bodies were not compared.' }),
});

const shadowSchema = z
  .strictObject({
    version: z.string(),
    share: z.number().min(0).max(100).openapi({ description: 'Percent of the requests.' }),
    compared: z.int().openapi({ description: 'Pairs of answers.' }),
    same: z.int(),
    different: z
      .strictObject({ status: z.int(), headers: z.int(), body: z.int() })
      .openapi({ description: 'By what they differ in; a pair may count for several.' }),
    bodies_skipped: z.int().openapi({
      description:
        'Pairs of which the bodies were not compared, as one was encoded, broke off or took too long.',
    }),
    failed: z
      .record(z.string(), z.int())
      .openapi({ description: 'Copies that had no answer, by the code of the error.' }),
    skipped: z.strictObject({ busy: z.int(), body: z.int() }).openapi({
      description:
        'Requests that got no copy in spite of the share: too many were under way, or the body was too long or of no declared length.',
    }),
    samples: z.array(sampleSchema).openapi({ description: 'Differences, the newest first.' }),
  })
  .openapi('ShadowReport');
export type ShadowJson = z.output<typeof shadowSchema>;

const example: ShadowJson = {
  version: exampleVersionId,
  share: 10,
  compared: 1204,
  same: 1203,
  different: { status: 1, headers: 0, body: 0 },
  bodies_skipped: 3,
  failed: { FN_002: 1 },
  skipped: { busy: 17, body: 2 },
  samples: [
    {
      time: '2026-11-21T12:00:00.000Z',
      request_id: exampleRequestId,
      method: 'GET',
      path: '/cart/7',
      differs: ['status'],
      status: { live: 200, shadow: 404 },
      headers: [],
      body: null,
    },
  ],
};

export function addShadow(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'getShadow',
      method: 'get',
      path: '/functions/{id}/shadow',
      // Samples carry values of answers, which a viewer does not get to see elsewhere.
      access: 'read_source',
      tag: 'Versions',
      summary: 'Compare the answers of a shadow',
      description:
        'What was found since the version is the shadow of the function, as `PUT /functions/{id}` sets it. The figures are up to a second old.',
      params: functionParams,
      query: z.strictObject(projectQuery),
      answers: [{ status: 200, means: 'What was found.', schema: shadowSchema, example }],
      errors: ['FN_001'],
    },
    (call) => Response.json(shadowJson(platform.getShadow(call.by, functionRef(call)))),
  );
}

function shadowJson(view: ShadowView): ShadowJson {
  return {
    version: view.shadow.version,
    share: toPercent(view.shadow.shareBp),
    compared: view.compared,
    same: view.same,
    different: view.different,
    bodies_skipped: view.bodiesSkipped,
    failed: { ...view.failed },
    skipped: view.skipped,
    samples: view.samples.map(({ at, requestId, method, path, differs, status, headers, body }) => ({
      ...{ time: new Date(at).toISOString(), request_id: requestId, method, path },
      ...{ differs: [...differs], status, headers: headers.map((header) => ({ ...header })), body },
    })),
  };
}
