// What a version's settings say of its assets becomes what the worker that serves them is given.

import type { AssetEntry, ServedAssetsConfig } from '../../../edge/contract/assets.ts';
import type { AssetFile } from '../../model/asset-manifest.ts';
import { type AssetsConfig, isFlagOfAssets } from '../../model/assets.ts';
import { parseHeaders } from './parse-headers.ts';
import { parseRedirects } from './parse-redirects.ts';
import { readFirstRules } from './read-first-rules.ts';

export interface AssetsRules {
  readonly config: AssetsConfig;
  /** False where a version is its assets alone. */
  readonly hasFunction: boolean;
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
}

/** @throws {AppError} FN_006 for rules that are none. */
export function servedConfig(rules: AssetsRules): ServedAssetsConfig {
  const { html_handling, not_found_handling, run_worker_first, _redirects, _headers } = rules.config;
  const router = readFirstRules(run_worker_first, rules.hasFunction);
  const redirects = _redirects === undefined ? undefined : parseRedirects(_redirects, html_handling);
  const headers = _headers === undefined ? undefined : parseHeaders(_headers);
  return {
    router,
    assets: {
      compatibility_date: rules.compatibilityDate,
      compatibility_flags: rules.compatibilityFlags.filter(isFlagOfAssets),
      ...(html_handling && { html_handling }),
      ...(not_found_handling && { not_found_handling }),
      ...(redirects && { redirects }),
      ...(headers && { headers }),
      has_static_routing: router.static_routing !== undefined,
    },
  };
}

export const servedEntries = (files: ReadonlyMap<string, AssetFile>): AssetEntry[] =>
  [...files].map(([path, { hash, contentType }]) => [path, hash, contentType]);
