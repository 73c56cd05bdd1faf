// The routes of one host pattern as a tree of their segments, in which the most specific one that fits a path is found
// in as many steps as the path has segments.
//
// Segment by segment from the left, a text wins over a beginning of one (`/img*`), that over `:name`, that over `*`, and
// all over `*` at the end, which takes what is left. Where the better branch leads nowhere, the next one is tried.
// Measured beside the routers of hono and a list of URLPattern: `npm run bench -- --only routes`.

import type { RouteEntry } from '../contract/routing-table.ts';

export interface MatchedRoute {
  readonly route: RouteEntry;
  /** What `:name` stood for, by name, and `*` for what it took at the end; percent-encoded as it came. */
  readonly params: Readonly<Record<string, string>>;
}

interface Ending {
  readonly route: RouteEntry;
  readonly names: readonly (string | null)[];
}

interface Branch {
  readonly texts: Map<string, Branch>;
  /** Longest first. */
  readonly beginnings: { readonly text: string; readonly endings: Ending[] }[];
  named: Branch | undefined;
  any: Branch | undefined;
  /** The path ends here. */
  readonly endings: Ending[];
  /** `*`: whatever else there is. */
  readonly rests: Ending[];
}

const newBranch = (): Branch => ({
  ...{ texts: new Map(), beginnings: [], named: undefined, any: undefined },
  ...{ endings: [], rests: [] },
});

const PARAMETER = /^:[A-Za-z_][A-Za-z0-9_]*$/;

export class RouteTree {
  readonly #root = newBranch();

  /** Of routes whose hosts are the same pattern; of two that are alike the first is met. */
  constructor(routes: readonly RouteEntry[]) {
    for (const route of routes) this.#add(route);
  }

  #add(route: RouteEntry): void {
    const names: (string | null)[] = [];
    const segments = route.path.slice(1).split('/');
    const last = segments.pop() ?? '';
    let branch = this.#root;
    for (const segment of segments) branch = step(branch, segment, names);
    if (last === '*') insert(branch.rests, { route, names: [...names, '*'] });
    else if (last.endsWith('*')) {
      insert(beginning(branch, last.slice(0, -1)), { route, names: [...names, '*'] });
    } else insert(step(branch, last, names).endings, { route, names });
  }

  find(method: string, path: string): MatchedRoute | undefined {
    const values: string[] = [];
    const ending = walk(this.#root, method, path, 1, values);
    if (!ending) return undefined;
    const params = Object.fromEntries(
      ending.names.flatMap((name, at) => (name === null ? [] : [[name, values[at] ?? '']])),
    );
    return { route: ending.route, params };
  }
}

function step(branch: Branch, segment: string, names: (string | null)[]): Branch {
  if (PARAMETER.test(segment)) {
    names.push(segment.slice(1));
    branch.named ??= newBranch();
    return branch.named;
  }
  if (segment === '*') {
    names.push(null);
    branch.any ??= newBranch();
    return branch.any;
  }
  const known = branch.texts.get(segment);
  if (known) return known;
  const made = newBranch();
  branch.texts.set(segment, made);
  return made;
}

function beginning({ beginnings }: Branch, text: string): Ending[] {
  const known = beginnings.find((one) => one.text === text);
  if (known) return known.endings;
  const endings: Ending[] = [];
  beginnings.push({ text, endings });
  beginnings.sort((a, b) => b.text.length - a.text.length);
  return endings;
}

/** Those that name their methods come first. */
function insert(endings: Ending[], ending: Ending): void {
  const at = ending.route.methods === null ? -1 : endings.findIndex(({ route }) => route.methods === null);
  endings.splice(at < 0 ? endings.length : at, 0, ending);
}

/** `at` is where the next segment begins; beyond the path's end when there is none. */
function walk(
  branch: Branch,
  method: string,
  path: string,
  at: number,
  values: string[],
): Ending | undefined {
  if (at > path.length) {
    // `/users/*` also takes `/users`, which is how people ask for the list.
    return taking(branch.endings, method) ?? taking(branch.rests, method);
  }
  const slash = path.indexOf('/', at);
  const end = slash < 0 ? path.length : slash;
  const segment = path.slice(at, end);
  const known = branch.texts.get(segment);
  const met = known && walk(known, method, path, end + 1, values);
  if (met) return met;
  for (const { text, endings } of branch.beginnings) {
    const ending = path.startsWith(text, at) ? taking(endings, method) : undefined;
    if (ending) return keep(ending, values, path.slice(at + text.length));
  }
  const deeper =
    segment === ''
      ? undefined
      : (through(branch.named, method, path, end, segment, values) ??
        through(branch.any, method, path, end, segment, values));
  if (deeper) return deeper;
  const rest = taking(branch.rests, method);
  return rest && keep(rest, values, path.slice(at));
}

function through(
  branch: Branch | undefined,
  method: string,
  path: string,
  end: number,
  segment: string,
  values: string[],
): Ending | undefined {
  if (!branch) return undefined;
  values.push(segment);
  const met = walk(branch, method, path, end + 1, values);
  if (!met) values.pop();
  return met;
}

function keep(ending: Ending, values: string[], rest: string): Ending {
  values.push(rest);
  return ending;
}

const taking = (endings: readonly Ending[], method: string): Ending | undefined =>
  endings.find(({ route: { methods } }) => methods === null || takes(methods, method));

/** HEAD asks for the head of what GET answers, so that it goes where GET goes. */
const takes = (methods: readonly string[], method: string): boolean =>
  methods.includes(method) || (method === 'HEAD' && methods.includes('GET'));
