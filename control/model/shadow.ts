// A share of a function's requests that a candidate version gets too, so that its answers can be compared.

import { z } from 'zod';
import type { VersionId } from './ids.ts';
import { shareSchema } from './share.ts';

export interface Shadow {
  readonly version: VersionId;
  readonly shareBp: number;
}

/** As the API takes it. */
export const shadowSchema = z
  .strictObject({
    version: z.string().regex(/^[0-9a-f]{8,64}$/, 'must be a version, or its first 8 digits or more'),
    /** Percent of the requests. */
    share: shareSchema,
  })
  .nullable();
