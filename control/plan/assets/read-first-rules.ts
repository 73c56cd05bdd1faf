// `run_worker_first`: which paths the function gets before any asset is looked for.

import type { RouterWorkerConfig } from '../../../edge/contract/assets.ts';
import type { AssetsConfig } from '../../model/assets.ts';
import { AppError } from '../../model/errors.ts';
import { assetFirstRuleLengthMax, assetFirstRulesMax } from '../../model/limits.ts';

/** @throws {AppError} FN_006 */
export function readFirstRules(
  rules: AssetsConfig['run_worker_first'],
  hasFunction: boolean,
): RouterWorkerConfig {
  const router = { has_user_worker: hasFunction };
  if (rules === undefined || rules === false) return router;
  if (!hasFunction) throw fault('is set, and there are only assets: leave it out, or add a handler');
  if (rules === true) return { ...router, invoke_user_worker_ahead_of_assets: true };
  if (rules.length > assetFirstRulesMax)
    throw fault(`has ${rules.length} patterns, and may have ${assetFirstRulesMax}`);
  for (const rule of rules) {
    if (!/^!?\//.test(rule)) throw fault(`has ${JSON.stringify(rule)}: a pattern begins with "/" or "!/"`);
    if (rule.length > assetFirstRuleLengthMax)
      throw fault(`has a pattern of ${rule.length} characters, and one may have ${assetFirstRuleLengthMax}`);
    if (rules.indexOf(rule) !== rules.lastIndexOf(rule)) throw fault(`has ${JSON.stringify(rule)} twice`);
  }
  const first = rules.filter((rule) => !rule.startsWith('!'));
  if (first.length === 0) throw fault('has no pattern without "!": add one, "/*" say');
  const assets = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
  return { ...router, static_routing: { user_worker: first, asset_worker: assets } };
}

const fault = (why: string): AppError => new AppError('FN_006', `run_worker_first ${why}.`);
