// Whose a route is. A claim is made before a function is stored and stands until the catalog has it, so that of two that
// are made at the same time one is refused.

import { type Actor, inScope } from '../model/access.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord, Route } from '../model/function.ts';
import { repeatedRoute, routeShape, sharesMethods } from '../plan/route-conflicts.ts';
import type { Catalog } from './catalog.ts';

type Claimant = Pick<FunctionRecord, 'id' | 'project' | 'name' | 'routes'>;

export class RouteClaims {
  readonly #catalog: Pick<Catalog, 'all'>;
  readonly #claims = new Set<Claimant>();

  constructor(catalog: Pick<Catalog, 'all'>) {
    this.#catalog = catalog;
  }

  /**
   * Runs `work` while the function's routes are claimed. `kept` are those that it has already: if they were alike before
   * such routes were refused, they may stay.
   *
   * @throws {AppError} FN_006, with 409 when another function has one of the routes.
   */
  async during<T>(
    actor: Actor,
    wanted: Claimant,
    kept: readonly Route[],
    work: () => Promise<T>,
  ): Promise<T> {
    const known = new Set(kept.map(routeText));
    const added = wanted.routes.filter((route) => !known.has(routeText(route)));
    if (added.length > 0) {
      refuseRepeated(wanted.routes);
      this.#refuseTaken(actor, wanted, added);
    }
    this.#claims.add(wanted);
    try {
      return await work();
    } finally {
      this.#claims.delete(wanted);
    }
  }

  #refuseTaken(actor: Actor, { id }: Claimant, added: readonly Route[]): void {
    const shapes = Map.groupBy(added, routeShape);
    for (const other of this.#others(id)) {
      for (const theirs of other.routes) {
        const ours = shapes.get(routeShape(theirs))?.find((route) => sharesMethods(route, theirs));
        if (ours) throw taken(actor, ours, theirs, other);
      }
    }
  }

  *#others(id: string): Iterable<Claimant> {
    for (const { record } of this.#catalog.all()) if (record.id !== id) yield record;
    for (const claim of this.#claims) if (claim.id !== id) yield claim;
  }
}

/** Rules aside: a route whose rules change is the same one. */
export const routeText = ({ pattern, methods }: Route): string => JSON.stringify([pattern, methods]);

function refuseRepeated(routes: readonly Route[]): void {
  const repeated = repeatedRoute(routes);
  if (!repeated) return;
  const [later, earlier] = repeated.map(({ pattern }) => pattern.slice(0, 80));
  throw new AppError(
    'FN_006',
    `routes has "${later}" and "${earlier}", which take the same requests: leave one of them out, or give them different methods.`,
    { issues: [{ message: 'takes the same requests as another', path: 'routes' }] },
  );
}

function taken(actor: Actor, ours: Route, theirs: Route, { project, name }: Claimant): AppError {
  const whose = inScope(actor.projects, project)
    ? `function "${name}" of project "${project}" has "${theirs.pattern.slice(0, 80)}"`
    : 'a function of another project has it';
  return new AppError(
    'FN_006',
    `routes has "${ours.pattern.slice(0, 80)}", and ${whose}, which takes the same requests: take the route from that one first, or choose a more specific one.`,
    { status: 409, issues: [{ message: 'is taken', path: 'routes' }] },
  );
}
