// /regions: where requests can be answered, and how these places are.

import { z } from '@hono/zod-openapi';
import { createRegionSchema, updateRegionSchema } from '../model/region.ts';
import type { Platform, RegionView } from '../platform/platform.ts';
import { exampleRegion } from './examples.ts';
import type { ErrorCase } from './openapi-errors.ts';
import { type ApiApp, addOperation } from './operation.ts';

const healthSchema = z.strictObject({
  healthy: z.boolean(),
  since: z.iso
    .datetime()
    .nullable()
    .openapi({ description: 'Null for this machine, and before the first check.' }),
  checked_at: z.iso.datetime().nullable(),
  latency_ms: z
    .number()
    .nullable()
    .openapi({ description: 'There and back from this machine, as the choice of a region has it.' }),
  fault: z.string().nullable().openapi({ description: 'Why it is not healthy.' }),
});

const regionSchema = z
  .strictObject({
    name: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    tags: z.array(z.string()),
    endpoint: z.string().nullable().openapi({ description: 'Null is this machine.' }),
    health_path: z.string(),
    hop_secret: z.boolean().openapi({ description: 'There is one; it is not shown.' }),
    local: z.boolean().openapi({ description: 'It is this machine.' }),
    health: healthSchema,
    created_at: z.iso.datetime().nullable(),
    updated_at: z.iso.datetime().nullable(),
  })
  .openapi('Region');
export type RegionJson = z.output<typeof regionSchema>;
const regionListSchema = z.strictObject({ regions: z.array(regionSchema) });
export type RegionList = z.output<typeof regionListSchema>;
const deletedRegionSchema = z.strictObject({ name: z.string(), deleted: z.literal(true) });
export type DeletedRegion = z.output<typeof deletedRegionSchema>;

const NAME_TAKEN: ErrorCase = { code: 'FN_006', status: 409, means: 'There is a region of this name.' };
const IN_USE: ErrorCase = { code: 'FN_006', status: 409, means: 'Rules of a function name it.' };

const noQuery = z.strictObject({});
const regionParams = z.strictObject({
  name: z.string().openapi({ description: 'Name of the region.', example: exampleRegion.name }),
});

export function addRegions(app: ApiApp, platform: Platform): void {
  const createSchema = app.openAPIRegistry.register('CreateRegion', createRegionSchema);
  const updateSchema = app.openAPIRegistry.register('UpdateRegion', updateRegionSchema);
  const shown = { status: 200, means: 'The region.', schema: regionSchema, example: exampleRegion };
  const { name, latitude, longitude, tags, endpoint } = exampleRegion;

  addOperation(
    app,
    {
      name: 'listRegions',
      method: 'get',
      path: '/regions',
      access: 'read',
      tag: 'Regions',
      summary: 'List regions',
      description: 'By name, with their health. One of them is this machine.',
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'All regions.',
          schema: regionListSchema,
          example: { regions: [exampleRegion] },
        },
      ],
    },
    async () => Response.json({ regions: platform.listRegions().map(regionJson) } satisfies RegionList),
  );

  addOperation(
    app,
    {
      name: 'createRegion',
      method: 'post',
      path: '/regions',
      access: 'administer',
      tag: 'Regions',
      summary: 'Add a region',
      description:
        'Its endpoint is the front of another Selvedge, or any HTTP server. A region with the name of this machine (SELVEDGE_REGION) has none: it says where this machine is. Only for an owner of all projects.',
      query: noQuery,
      body: { schema: createSchema, required: true, example: { name, latitude, longitude, tags, endpoint } },
      answers: [{ ...shown, status: 201 }],
      errors: [NAME_TAKEN, 'SYS_002'],
    },
    async ({ by, body }) => {
      const made = regionJson(await platform.createRegion(by, body));
      return Response.json(made, { status: 201, headers: { location: `/regions/${made.name}` } });
    },
  );

  addOperation(
    app,
    {
      name: 'getRegion',
      method: 'get',
      path: '/regions/{name}',
      access: 'read',
      tag: 'Regions',
      summary: 'Show a region',
      params: regionParams,
      query: noQuery,
      answers: [shown],
      errors: ['FN_001'],
    },
    async ({ param }) => Response.json(regionJson(platform.getRegion(param('name')))),
  );

  addOperation(
    app,
    {
      name: 'updateRegion',
      method: 'put',
      path: '/regions/{name}',
      access: 'administer',
      tag: 'Regions',
      summary: 'Change a region',
      description: 'What is left out stays, the secret too.',
      params: regionParams,
      query: noQuery,
      body: { schema: updateSchema, required: true, example: { tags } },
      answers: [{ ...shown, means: 'The region as it is now.' }],
      errors: ['FN_001', 'SYS_002'],
    },
    async ({ by, body, param }) =>
      Response.json(regionJson(await platform.updateRegion(by, param('name'), body))),
  );

  addOperation(
    app,
    {
      name: 'deleteRegion',
      method: 'delete',
      path: '/regions/{name}',
      access: 'administer',
      tag: 'Regions',
      summary: 'Delete a region',
      description: 'Requests go there no more. One that rules name stays.',
      params: regionParams,
      query: noQuery,
      answers: [
        {
          status: 200,
          means: 'It is gone.',
          schema: deletedRegionSchema,
          example: { name, deleted: true },
        },
      ],
      errors: ['FN_001', IN_USE, 'SYS_002'],
    },
    async ({ by, param }) => {
      await platform.deleteRegion(by, param('name'));
      return Response.json({ name: param('name'), deleted: true } satisfies DeletedRegion);
    },
  );
}

function regionJson({ name, record, local, health }: RegionView): RegionJson {
  const { healthy, since, checkedAt, latencyMs, fault } = health;
  return {
    ...{ name, latitude: record?.latitude ?? null, longitude: record?.longitude ?? null },
    ...{ tags: [...(record?.tags ?? [])], endpoint: record?.endpoint ?? null },
    health_path: record?.healthPath ?? '/',
    hop_secret: record !== null && record.hopSecret !== null,
    local,
    health: { healthy, since, checked_at: checkedAt, latency_ms: latencyMs, fault },
    created_at: record?.createdAt ?? null,
    updated_at: record?.updatedAt ?? null,
  };
}
