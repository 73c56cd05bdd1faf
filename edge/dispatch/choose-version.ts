// Which version of a function serves a request.

import type { Target } from '../route/table-index.ts';
import type { Traffic } from '../traffic/traffic.ts';
import type { VersionState } from '../traffic/version-state.ts';
import { PlatformError } from './platform-error.ts';

/** @throws {PlatformError} FN_001 when the function is disabled or has nothing deployed. */
export function chosenVersion(
  traffic: Traffic,
  { entry, version }: Target,
  generation: number,
): VersionState {
  const { name, project } = entry;
  if (entry.disabled) {
    throw new PlatformError(
      'FN_001',
      404,
      `Function "${name}" in project "${project}" is disabled; its owner can enable it again.`,
    );
  }
  const state = traffic.of(entry, generation);
  const chosen = version === null ? state.live() : state.version(version);
  if (chosen) return chosen;
  throw new PlatformError(
    'FN_001',
    404,
    `Function "${name}" in project "${project}" was never deployed: send its code with PUT /functions/${name}, or POST /functions/${name}/deploy if it has some.`,
  );
}
