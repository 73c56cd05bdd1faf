// The section `regions`: where requests may be answered, and which of these places is preferred.

import { z } from 'zod';
import { regionsNamedMax } from '../limits.ts';
import { regionNameSchema, regionTagSchema } from '../region.ts';

const namesSchema = z
  .array(regionNameSchema)
  .min(1, 'must name a region; leave it out for all of them')
  .max(regionsNamedMax)
  .refine((names) => new Set(names).size === names.length, 'must not name a region twice');

export const regionsRuleSchema = z
  .strictObject({
    /** Names of regions. All where it is absent. */
    run_in: namesSchema.optional(),
    /** Tags: a region must have one of them, or the request is refused. */
    residency: z.array(regionTagSchema).min(1).max(regionsNamedMax).optional(),
    prefer: z.enum(['nearest', 'latency', 'order']).default('nearest'),
    /** Who stands in for the preferred region, in this order; the others come after them. */
    failover: namesSchema.optional(),
  })
  .superRefine(({ run_in: runIn, failover, prefer }, context) => {
    const astray = runIn && failover?.find((name) => !runIn.includes(name));
    if (astray !== undefined)
      context.addIssue({
        code: 'custom',
        path: ['failover'],
        message: `names ${astray}, which run_in does not allow: add it to run_in, or take it from failover`,
      });
    if (prefer === 'order' && !runIn)
      context.addIssue({
        code: 'custom',
        path: ['prefer'],
        message: 'is "order", which is that of run_in: name the regions there',
      });
  });

export type RegionsRule = z.infer<typeof regionsRuleSchema>;
