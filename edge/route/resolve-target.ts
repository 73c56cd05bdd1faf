// Finds the function that a request is for: explicit routes first, then function hosts, then the path mount
// `/p/<project>/functions/<name>` on any host that is no function's own.

import { matchRoute } from './match-route.ts';
import { splitUrl } from './split-url.ts';
import type { HostPlan, TableIndex, Target } from './table-index.ts';

/** Why no function was found, for the client to read. */
export interface Miss {
  readonly missing: string;
  /** Nothing could be found, as what was asked for is no address. */
  readonly malformed?: true;
}

const shownLengthMax = 80;

const MOUNT = /^\/p\/([^/]+)\/functions\/([^/]+)(?=\/|$)/;

export function resolveTarget(
  index: TableIndex,
  hostHeader: string,
  method: string,
  url: string,
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
    const route = matchRoute(plan.routes, method, splitUrl(url).path);
    const entry = route && index.byId(route.function);
    if (entry) return { entry, version: null, url: null, mount: null, rules: route.rules };
  }
  return plan.target ?? atPath(index, plan, url);
}

/** True of `OPTIONS *`: workerd puts the asterisk behind the host. */
const lacksPath = (url: string): boolean => url.indexOf('/', url.indexOf('://') + 3) < 0;

function atPath(index: TableIndex, plan: HostPlan, url: string): Target | Miss {
  const { origin, path, query } = splitUrl(url);
  const match = MOUNT.exec(path);
  if (!match) return { missing: describeMiss(index, plan, path) };
  const [mount, project = '', name = ''] = match;
  const entry = index.byName(project, name);
  if (!entry)
    return { missing: `There is no function "${name}" in project "${project}" (asked for at ${path}).` };
  return {
    entry,
    version: null,
    url: `${origin}${path.slice(mount.length) || '/'}${query}`,
    mount,
    rules: entry.rules,
  };
}

function describeMiss(index: TableIndex, { host, missing }: HostPlan, path: string): string {
  const what = missing ?? `No function answers at host "${host}", path "${path}".`;
  return `${what} A function answers at http://<name>.${index.domain}, http://<name>.<project>.${index.domain}, at the path /p/<project>/functions/<name> on any other host, and at its routes.`;
}
