// The function that a reference means.

import { AppError } from '../model/errors.ts';
import type { Catalog, CatalogEntry } from './catalog.ts';
import type { FunctionRef } from './platform.ts';

/** An id that is of another project or environment than the one that is named is a name like any other. */
export function findEntry(
  catalog: Catalog,
  { idOrName, project, environment }: FunctionRef,
): CatalogEntry | undefined {
  const byId = catalog.get(idOrName);
  const isMeant =
    (project === undefined || byId?.record.project === project) &&
    (environment === undefined || byId?.record.environment === environment);
  if (byId && isMeant) return byId;
  const within = project ?? 'default';
  return environment === undefined
    ? catalog.named(within, idOrName)
    : catalog.inEnvironment(within, idOrName, environment);
}

export function noFunction({ idOrName, project, environment }: FunctionRef): AppError {
  const where = `in project "${(project ?? 'default').slice(0, 80)}"`;
  const stage = environment === undefined ? '' : `, environment "${environment.slice(0, 80)}"`;
  const cure =
    environment === undefined
      ? 'GET /functions lists them, and ?project= names another project.'
      : 'GET /functions lists them, and POST /functions?environment= makes one there.';
  return new AppError('FN_001', `There is no function "${idOrName.slice(0, 80)}" ${where}${stage}: ${cure}`);
}
