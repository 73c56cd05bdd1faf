// /geo/:ip: where an address is, as functions see it in `request.cf`.

import { z } from '@hono/zod-openapi';
import type { Platform } from '../platform/platform.ts';
import { type ApiApp, addOperation } from './operation.ts';

const geoSchema = z
  .strictObject({
    ip: z.string(),
    country: z.string().optional(),
    continent: z.string().optional(),
    isEUCountry: z.literal('1').optional(),
    region: z.string().optional(),
    regionCode: z.string().optional(),
    city: z.string().optional(),
    postalCode: z.string().optional(),
    latitude: z.string().optional(),
    longitude: z.string().optional(),
    timezone: z.string().optional(),
    asn: z.int().optional(),
    asOrganization: z.string().optional(),
  })
  .openapi('Geo');
export type GeoJson = z.output<typeof geoSchema>;

export function addGeo(app: ApiApp, platform: Platform): void {
  addOperation(
    app,
    {
      name: 'getGeo',
      method: 'get',
      path: '/geo/{ip}',
      access: 'read',
      tag: 'System',
      summary: 'Where an address is',
      description: 'As functions see it in `request.cf`. What is not known is absent: docs/geo.md.',
      query: z.strictObject({}),
      params: z.object({
        ip: z.string().openapi({ description: 'IPv4 or IPv6.', example: '193.99.144.80' }),
      }),
      answers: [
        {
          status: 200,
          means: 'What is known of it.',
          schema: geoSchema,
          example: {
            ip: '193.99.144.80',
            country: 'DE',
            continent: 'EU',
            isEUCountry: '1',
            region: 'Lower Saxony',
            regionCode: 'NI',
            city: 'Hanover (Buchholz-Kleefeld)',
            latitude: '52.3861',
            longitude: '9.8095',
            timezone: 'Europe/Berlin',
            asn: 206_564,
            asOrganization: 'Plus.line AG',
          },
        },
      ],
      errors: ['FN_006', 'SYS_003'],
    },
    async ({ param }) => {
      const { ip, geo } = await platform.findAddress(param('ip'));
      return Response.json({ ip, ...geo } satisfies GeoJson);
    },
  );
}
