// A deployment as it is asked for: which versions get which share of the visitors.

import { z } from 'zod';
import * as limits from './limits.ts';
import { FULL_SHARE_BP, shareSchema, toBasisPoints } from './share.ts';

export const versionRefSchema = z
  .string()
  .regex(/^[0-9a-f]{8,64}$/, 'must be the id of a version, or its first 8 digits or more');

const sumBp = (versions: readonly { readonly share: number }[]): number =>
  versions.reduce((sum, { share }) => sum + toBasisPoints(share), 0);

export const createDeploymentSchema = z.strictObject({
  versions: z
    .array(z.strictObject({ version: versionRefSchema, share: shareSchema }))
    .min(1, 'is empty: name at least one version')
    .max(limits.deploymentVersionsMax)
    .refine((versions) => sumBp(versions) === FULL_SHARE_BP, {
      error: (issue) => {
        const given = issue.input as readonly { readonly share: number }[];
        return `has shares that sum to ${sumBp(given) / 100}: they must sum to 100 exactly`;
      },
    }),
  message: z.string().max(limits.messageLengthMax).optional(),
  /** A word of the caller's own on how it came about. */
  strategy: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/, 'must be a word of lower-case letters, digits, "-" and "_"')
    .optional(),
});
export type CreateDeployment = z.infer<typeof createDeploymentSchema>;
export type CreateDeploymentInput = z.input<typeof createDeploymentSchema>;
