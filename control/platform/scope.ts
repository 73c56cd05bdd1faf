// What a caller who is for some projects only may not do to the others.

import { type Caller, inScope } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { Route } from '../model/function.ts';
import { foreignRoute } from '../plan/claim-routes.ts';
import type { Catalog } from './catalog.ts';

/** Of making a function, where there is nothing yet that could be out of sight. */
export function refuseOutsideOfScope({ actor }: Caller, project: string): void {
  if (inScope(actor.projects, project)) return;
  throw new AppError(
    'FN_009',
    `project is "${project}", and the key "${actor.name}" is for ${actor.projects?.join(', ')} only: name one of its projects, as in {"project": "${actor.projects?.[0]}"}.`,
  );
}

/** `wanted` are the routes that a change adds: one that an owner has given may stay. */
export function refuseForeignRoutes(
  { actor }: Caller,
  wanted: readonly Route[],
  { catalog, domain }: { readonly catalog: Catalog; readonly domain: string },
): void {
  if (actor.projects === null || wanted.length === 0) return;
  const others = [...catalog.all()]
    .filter(({ record }) => !inScope(actor.projects, record.project))
    .flatMap(({ record }) => record.routes);
  const foreign = foreignRoute(wanted, others, domain);
  if (!foreign) return;
  throw new AppError(
    'FN_009',
    `routes has "${foreign.pattern.slice(0, 80)}", which takes requests of other projects, and the key "${actor.name}" is for ${actor.projects.join(', ')} only: name a host that is neither below ${domain} nor of another project, as in "api.example.com/users/*".`,
  );
}
