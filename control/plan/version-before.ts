// Which version a rollback without a name goes back to. Pure.

import type { DeploymentRecord } from '../model/function.ts';
import type { VersionId } from '../model/ids.ts';
import { mainVersion } from './main-version.ts';

type Shares = DeploymentRecord['versions'];

/**
 * `history` is what was live, the newest first. Of a split that is the version with the most of it: so a rollback in
 * the middle of a rollout gives everything back to the version that had it before. Undefined when nothing differs.
 */
export function versionBefore([current, ...earlier]: readonly Shares[]): VersionId | undefined {
  if (!current) return undefined;
  const alone = current.length === 1 ? current[0]?.version : undefined;
  for (const shares of earlier) {
    const version = mainVersion(shares);
    if (version !== undefined && version !== alone) return version;
  }
  return undefined;
}
