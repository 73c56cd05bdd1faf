// A region: a place where requests can be answered. One is this machine; the others are endpoints, each the front of
// another Selvedge or any HTTP server.

import { z } from 'zod';
import {
  hopSecretLength,
  regionEndpointLengthMax,
  regionNameLengthMax,
  regionPathLengthMax,
  regionTagLengthMax,
  regionTagsMax,
} from './limits.ts';

export const regionNameSchema = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
    'must have lower-case letters, digits and dashes only, as in "eu-west"',
  )
  .max(regionNameLengthMax);

/** Compared without regard to case, kept in upper case. */
export const regionTagSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'must have letters, digits, dashes and underscores only, as in "EU"')
  .max(regionTagLengthMax)
  .toUpperCase();

const endpointSchema = z
  .string()
  .max(regionEndpointLengthMax)
  .refine(
    isOrigin,
    'must be http:// or https:// with a host, perhaps a port, and nothing behind it, as in "https://eu.example.com"',
  )
  .transform((text) => new URL(text).origin);

function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol) || url.hostname === '') return false;
  return (
    url.pathname === '/' && url.search === '' && url.hash === '' && url.username === '' && url.password === ''
  );
}

const shape = {
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  /** Continents, countries, zones: what `residency` names. */
  tags: z.array(regionTagSchema).max(regionTagsMax),
  /** Null is this machine. */
  endpoint: endpointSchema.nullable(),
  /** Asked for with GET, over and over: any answer below 500 is a sign of life. */
  health_path: z
    .string()
    .max(regionPathLengthMax)
    .regex(/^\/[\x21-\x7e]*$/, 'must be a path, as in "/health"'),
  /** Shared with the platform at the endpoint, which then believes who the client is; null for none. */
  hop_secret: z
    .string()
    .min(hopSecretLength.min)
    .max(hopSecretLength.max)
    .regex(/^[\x21-\x7e]+$/, 'must have printable ASCII characters only')
    .nullable(),
};

export const createRegionSchema = z.strictObject({
  name: regionNameSchema,
  latitude: shape.latitude,
  longitude: shape.longitude,
  tags: shape.tags.default([]),
  endpoint: shape.endpoint.default(null),
  health_path: shape.health_path.default('/'),
  hop_secret: shape.hop_secret.default(null),
});
export type CreateRegion = z.infer<typeof createRegionSchema>;
export type CreateRegionInput = z.input<typeof createRegionSchema>;

/** What is absent stays. */
export const updateRegionSchema = z.strictObject(shape).partial();
export type UpdateRegion = z.infer<typeof updateRegionSchema>;
export type UpdateRegionInput = z.input<typeof updateRegionSchema>;

export interface RegionRecord {
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
  readonly tags: readonly string[];
  readonly endpoint: string | null;
  readonly healthPath: string;
  /** Sealed. */
  readonly hopSecret: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What is known of whether a region is there. */
export interface RegionHealth {
  readonly healthy: boolean;
  /** Since when; null before the first check. */
  readonly since: string | null;
  readonly checkedAt: string | null;
  /** There and back, as fronts are told it. */
  readonly latencyMs: number | null;
  /** Why not; null if it is. */
  readonly fault: string | null;
}
