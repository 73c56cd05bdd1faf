// What a function runs with besides its version's own variables: set for its project, for its environment, or for it
// in that environment.

import { createHash } from 'node:crypto';
import type { FunctionRecord, VersionRecord } from '../model/function.ts';
import type { Overlay } from '../model/overlay.ts';
import { mergeEnv } from '../plan/merge-env.ts';
import type { Store } from '../store/store.ts';

type Placed = Pick<FunctionRecord, 'project' | 'environment' | 'base'>;

export async function overlayOf(
  store: Pick<Store, 'overlay'>,
  { project, environment, base }: Placed,
): Promise<Overlay> {
  const variables = await store.overlay.forFunction(project, environment, base);
  const content = variables.map((one) => [one.environment, one.base, one.key, one.value, one.secret]);
  const revision = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  return { variables, revision };
}

/** The version as an instance that starts now has it. Its id stays: it is the same version with other values. */
export async function overlaid(
  store: Pick<Store, 'overlay'>,
  record: Placed,
  version: VersionRecord,
): Promise<{ readonly version: VersionRecord; readonly revision: string }> {
  const { variables, revision } = await overlayOf(store, record);
  if (variables.length === 0) return { version, revision };
  const env = mergeEnv(variables, version.settings.env).map((one) => ({
    ...{ key: one.key, value: one.value, secret: one.secret },
    ...('json' in one && one.json && { json: true as const }),
  }));
  return { version: { ...version, settings: { ...version.settings, env } }, revision };
}
