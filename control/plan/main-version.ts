// Which version of a split is the function's active one: what a change of its settings builds upon. Pure.

import type { DeploymentRecord } from '../model/function.ts';
import type { VersionId } from '../model/ids.ts';

/** The one with the largest share; of several the one that was active before, so that a rollout has to pass it first. */
export function mainVersion(
  shares: DeploymentRecord['versions'],
  before: VersionId | null = null,
): VersionId | undefined {
  const most = Math.max(...shares.map(({ shareBp }) => shareBp));
  const largest = shares.filter(({ shareBp }) => shareBp === most).map(({ version }) => version);
  return before !== null && largest.includes(before) ? before : largest[0];
}
