// Finds the function that a request is for: explicit routes first, then function hosts, then the path mount
// `/p/<project>/functions/<name>` on any host that is no function's own.

import type { RulesEntry } from '../contract/rules.ts';
import { AmbiguousPath, matchRoute, methodsTaken } from './match-route.ts';
import type { MatchedRoute, RouteTree } from './route-tree.ts';
import { splitUrl } from './split-url.ts';
import type { HostPlan, TableIndex, Target } from './table-index.ts';

/** Why no function was found, for the client to read. */
export interface Miss {
  readonly missing: string;
  /** Nothing could be found, as what was asked for is no address. */
  readonly malformed?: true;
  /** With which a route would have been found. */
  readonly methods?: readonly string[];
}

const shownLengthMax = 80;

const MOUNT = /^\/p\/([^/]+)\/functions\/([^/]+)(?=\/|$)/;

/** `preflight` is the method that a preflight asks about; see `preflightMethod`. */
export function resolveTarget(
  index: TableIndex,
  hostHeader: string,
  method: string,
  url: string,
  preflight?: string | null,
): Target | Miss {
  const plan = index.hostPlan(hostHeader);
  if (plan.malformed) {
    const shown = hostHeader.slice(0, shownLengthMax);
    const rule = 'it must be a name or an IP address, with a port from 0 to 65535 if any';
    return { missing: `The Host header is "${shown}": ${rule}.`, malformed: true };
  }
  if (lacksPath(url)) {
    return { missing: 'The request is for "*", which no function has: ask for a path.', malformed: true };
  }
  if (plan.routes.length > 0) {
    const met = meetRoute(plan.routes, method, splitUrl(url).path, preflight ?? null, plan.target?.rules);
    if (met && 'missing' in met) return met;
    const entry = met && index.byId(met.route.function);
    if (entry) {
      const { route, params } = met;
      const pattern = `${route.host ?? ''}${route.path}`;
      return { entry, version: null, url: null, mount: null, rules: route.rules, params, route: pattern };
    }
  }
  return plan.target ?? atPath(index, plan, method, url, preflight ?? null);
}

/**
 * A preflight asks for the rules of the request that is to follow, so that it meets the route of that one, which need not
 * take OPTIONS. Without `cors` there, nobody would answer it but the function of a route that never asked for it.
 */
function meetRoute(
  routes: readonly RouteTree[],
  method: string,
  path: string,
  preflight: string | null,
  otherwise: RulesEntry | undefined,
): MatchedRoute | Miss | undefined {
  try {
    const following = preflight === null ? undefined : matchRoute(routes, preflight, path, otherwise);
    return following?.route.rules?.cors ? following : matchRoute(routes, method, path, otherwise);
  } catch (error) {
    if (!(error instanceof AmbiguousPath)) throw error;
    const shown = path.slice(0, shownLengthMax);
    const cure = 'send a slash as it is, or encode its percent sign as well (%252F)';
    return {
      missing: `The path "${shown}" has an encoded slash, which would lead elsewhere if it were one: ${cure}.`,
      malformed: true,
    };
  }
}

/** True of `OPTIONS *`: workerd puts the asterisk behind the host. */
const lacksPath = (url: string): boolean => url.indexOf('/', url.indexOf('://') + 3) < 0;

function atPath(
  index: TableIndex,
  plan: HostPlan,
  method: string,
  url: string,
  preflight: string | null,
): Target | Miss {
  const { origin, path, query } = splitUrl(url);
  const match = MOUNT.exec(path);
  if (!match) return miss(index, plan, path);
  const [mount, project = '', name = ''] = match;
  const entry = index.byName(project, name);
  if (!entry)
    return { missing: `There is no function "${name}" in project "${project}" (asked for at ${path}).` };
  const below = path.slice(mount.length) || '/';
  const met = meetRoute([index.mountedRoutes(entry.id)], method, below, preflight, entry.rules);
  if (met && 'missing' in met) return met;
  return {
    entry,
    version: null,
    url: `${origin}${below}${query}`,
    mount,
    rules: met ? met.route.rules : entry.rules,
    params: met?.params,
  };
}

function miss(index: TableIndex, plan: HostPlan, path: string): Miss {
  const methods = methodsTaken(plan.routes, path);
  if (methods.length === 0) return { missing: describeMiss(index, plan, path) };
  const missing = `The route that takes host "${plan.host}", path "${path}" takes it with ${methods.join(', ')} only.`;
  return { missing, methods };
}

function describeMiss(index: TableIndex, { host, missing }: HostPlan, path: string): string {
  const what = missing ?? `No function answers at host "${host}", path "${path}".`;
  return `${what} A function answers at http://<name>.${index.domain}, http://<name>.<project>.${index.domain}, at the path /p/<project>/functions/<name> on any other host, and at its routes.`;
}
