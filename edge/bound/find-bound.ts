// Which function a grant leads to, by the table of now: one that is created later is found, one that is gone is not.

import type { Grant } from '../contract/grant.ts';
import type { FunctionEntry } from '../contract/routing-table.ts';
import { PlatformError } from '../dispatch/platform-error.ts';
import type { TableIndex } from '../route/table-index.ts';

export interface Bound {
  readonly entry: FunctionEntry;
  readonly entrypoint: string | null;
  readonly props?: unknown;
}

/** Name of a namespace's function among the functions of its project. */
export const namespacedName = (namespace: string, name: string): string => `${namespace}--${name}`;

/** @throws {PlatformError} FN_001 when there is no such function. */
export function findBound(index: TableIndex, grant: Grant, name: string | undefined): Bound {
  if (grant.kind === 'namespace') {
    const entry =
      name === undefined ? undefined : index.byName(grant.project, namespacedName(grant.namespace, name));
    if (entry && entry.deployment.length > 0) return { entry, entrypoint: null };
    // The words of Cloudflare, as programs look for them.
    throw new PlatformError('FN_001', 404, 'Worker not found.');
  }
  const { project, names, entrypoint, props } = grant;
  for (const candidate of names) {
    const entry = index.byName(project, candidate);
    if (entry) return { entry, entrypoint, ...(props !== undefined && { props }) };
  }
  throw new PlatformError(
    'FN_001',
    404,
    `There is no function "${names.at(-1)}" in project "${project}", to which this binding leads.`,
  );
}
