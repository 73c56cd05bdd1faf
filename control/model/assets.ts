// Static files that a version serves: which, and by which rules. Field names and values are those of the Workers ecosystem.

import { z } from 'zod';

export const assetsConfigSchema = z.strictObject({
  html_handling: z
    .enum(['auto-trailing-slash', 'force-trailing-slash', 'drop-trailing-slash', 'none'])
    .optional(),
  not_found_handling: z.enum(['none', '404-page', 'single-page-application']).optional(),
  run_worker_first: z.union([z.boolean(), z.array(z.string().max(1024)).max(1000)]).optional(),
  /** Content of the file of this name. */
  _redirects: z.string().max(1_000_000).optional(),
  _headers: z.string().max(1_000_000).optional(),
});
export type AssetsConfig = z.infer<typeof assetsConfigSchema>;

/** `assets` of a function as it is sent: the token of files that were announced, and the rules. Null takes them away. */
export const assetsInputSchema = assetsConfigSchema.extend({ token: z.string().max(4096) }).nullable();

export const versionAssetsSchema = z.strictObject({
  /** Hash of the blob that lists the files. */
  manifest: z.string().regex(/^[0-9a-f]{64}$/),
  config: assetsConfigSchema,
});
export type VersionAssets = z.infer<typeof versionAssetsSchema>;

/** Compatibility flags of the worker that serves the files, which the runtime does not know. */
export const isFlagOfAssets = (flag: string): boolean => flag.startsWith('assets_');
