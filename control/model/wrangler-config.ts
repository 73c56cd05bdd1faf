// `wrangler.toml`, `wrangler.json`, `wrangler.jsonc`: the part of a Worker's configuration that Selvedge goes
// by. The file belongs to another tool and has far more keys; which of those can be left out is decided in
// control/cli/config/judge-wrangler.ts, and none of them is passed over in silence.

import { z } from 'zod';
import { nameSchema, settingsShape } from './function.ts';
import { environmentVariablesMax, routesMax } from './limits.ts';

const wranglerRouteSchema = z.union([
  z.string().min(1).max(1024),
  z.strictObject({
    pattern: z.string().min(1).max(1024),
    zone_name: z.string().optional(),
    zone_id: z.string().optional(),
    custom_domain: z.boolean().optional(),
  }),
]);
export type WranglerRoute = z.infer<typeof wranglerRouteSchema>;

/** Loose at the top, as the other keys are told by name and not refused as misspelt. */
export const wranglerConfigSchema = z.looseObject({
  name: nameSchema.optional(),
  main: z.string().min(1).max(512).optional(),
  compatibility_date: settingsShape.compatibility_date.optional(),
  compatibility_flags: settingsShape.compatibility_flags.optional(),
  vars: z
    .record(z.string(), z.json())
    .refine((vars) => Object.keys(vars).length <= environmentVariablesMax, {
      error: `holds more than ${environmentVariablesMax} variables`,
    })
    .optional(),
  route: wranglerRouteSchema.optional(),
  routes: z.array(wranglerRouteSchema).max(routesMax).optional(),
  triggers: z.looseObject({ crons: settingsShape.crons.optional() }).optional(),
});
export type WranglerConfig = z.output<typeof wranglerConfigSchema>;
