// The routing table, indexed once when it arrives so that a request costs a look-up. What a host leads to is
// worked out at its first request and remembered until the table changes.

import type { Credentials, FunctionEntry, RoutingTable, TableDelta } from '../contract/routing-table.ts';
import type { RulesEntry } from '../contract/rules.ts';
import { RoutesByHost } from './match-route.ts';
import { aliasSplits, isHost, normalizeHost, readFunctionHost, readPreviewLabel } from './read-host.ts';
import { RouteTree } from './route-tree.ts';

/** Hosts that are remembered. Beyond, all are forgotten: whoever sends more invents them. */
export const hostsRememberedMax = 1000;

/** A request's destination. `url` is null when the function sees the URL as the client sent it. */
export interface Target {
  readonly entry: FunctionEntry;
  /** A version named by a preview host or by control; null for the deployment's choice. */
  readonly version: string | null;
  readonly url: string | null;
  /** The path below which the function is mounted; null at a host's root. */
  readonly mount: string | null;
  /** Of the route that was taken, or of the function; undefined for none. */
  readonly rules?: RulesEntry | undefined;
  /** What the route's pattern took of the path; undefined without a route. */
  readonly params?: Readonly<Record<string, string>> | undefined;
  /** The route's pattern. */
  readonly route?: string | undefined;
}

export interface HostPlan {
  readonly host: string;
  /** The header cannot be a host's, and leads nowhere. */
  readonly malformed: boolean;
  readonly routes: readonly RouteTree[];
  readonly target: Target | undefined;
  /** What was looked for, when the host has the form of a function's and there is none. */
  readonly missing: string | undefined;
}

export class TableIndex {
  #table: RoutingTable;
  readonly #byName = new Map<string, FunctionEntry>();
  readonly #hosts = new Map<string, HostPlan>();
  /** Made when the first request asks for it. */
  #routes: RoutesByHost | undefined;
  readonly #mounted = new Map<string, RouteTree>();

  constructor(table: RoutingTable) {
    this.#table = table;
    for (const entry of Object.values(table.functions)) this.#byName.set(nameKey(entry), entry);
  }

  get generation(): number {
    return this.#table.generation;
  }

  get domain(): string {
    return this.#table.domain;
  }

  get credentials(): Credentials {
    return this.#table.credentials;
  }

  /** Networks of proxies that are believed. */
  get trustedProxies(): readonly string[] {
    return this.#table.trustedProxies;
  }

  get tls(): RoutingTable['tls'] {
    return this.#table.tls;
  }

  get challenges(): RoutingTable['challenges'] {
    return this.#table.challenges;
  }

  get empty(): boolean {
    return this.#byName.size === 0;
  }

  get entries(): Readonly<Record<string, FunctionEntry>> {
    return this.#table.functions;
  }

  byId(id: string): FunctionEntry | undefined {
    return this.#table.functions[id];
  }

  byName(project: string, name: string): FunctionEntry | undefined {
    return this.#byName.get(`${project}/${name}`);
  }

  /** Takes a delta whose base is this table's generation; the caller has checked that. */
  apply(delta: TableDelta): void {
    const { functions } = this.#table;
    for (const id of [...delta.removed, ...Object.keys(delta.functions)]) this.#forget(id);
    for (const id of delta.removed) delete functions[id];
    for (const [id, entry] of Object.entries(delta.functions)) {
      functions[id] = entry;
      this.#byName.set(nameKey(entry), entry);
    }
    this.#table = {
      ...this.#table,
      generation: delta.generation,
      routes: delta.routes ?? this.#table.routes,
      credentials: delta.credentials ?? this.#table.credentials,
      ...(delta.challenges && { challenges: delta.challenges }),
    };
    if (delta.routes) {
      this.#routes = undefined;
      this.#mounted.clear();
    }
    this.#hosts.clear();
  }

  /** What the host of a request leads to; `header` is as the client sent it. */
  hostPlan(header: string): HostPlan {
    const known = this.#hosts.get(header);
    if (known !== undefined) return known;
    // Not remembered: it may be as long as a header can be.
    if (!isHost(header))
      return { host: '', malformed: true, routes: [], target: undefined, missing: undefined };
    if (this.#hosts.size >= hostsRememberedMax) this.#hosts.clear();
    const plan = { malformed: false, ...this.#makePlan(normalizeHost(header)) };
    this.#hosts.set(header, plan);
    return plan;
  }

  /** A function's own routes for any host: what they say of a path holds where it is mounted too. */
  mountedRoutes(functionId: string): RouteTree {
    const known = this.#mounted.get(functionId);
    if (known) return known;
    const own = this.#table.routes.filter((route) => route.function === functionId && route.host === null);
    const tree = new RouteTree(own);
    this.#mounted.set(functionId, tree);
    return tree;
  }

  #makePlan(host: string): Omit<HostPlan, 'malformed'> {
    this.#routes ??= new RoutesByHost(this.#table.routes);
    const routes = this.#routes.of(host);
    const named = readFunctionHost(host, this.#table.domain);
    if (!named) return { host, routes, target: undefined, missing: undefined };
    const exact = this.byName(named.project, named.label);
    if (exact) return { host, routes, target: atRoot(exact, null), missing: undefined };
    return { host, routes, ...this.#versionHost(named.project, named.label) };
  }

  /** A preview's host, or an alias's. */
  #versionHost(project: string, label: string): Pick<HostPlan, 'target' | 'missing'> {
    const preview = this.#preview(project, label);
    if (preview.target) return preview;
    for (const { alias, name } of aliasSplits(label)) {
      const entry = this.byName(project, name);
      const version = entry && Object.hasOwn(entry.aliases, alias) ? entry.aliases[alias] : undefined;
      if (entry && version !== undefined) return { target: atRoot(entry, version), missing: undefined };
    }
    return preview;
  }

  #preview(project: string, label: string): Pick<HostPlan, 'target' | 'missing'> {
    const preview = readPreviewLabel(label);
    const entry = preview && this.byName(project, preview.name);
    if (!preview || !entry) {
      return { target: undefined, missing: `There is no function "${label}" in project "${project}".` };
    }
    const versions = [...entry.deployment.map(({ version }) => version), ...entry.previews];
    const version = versions.find((id) => id.startsWith(preview.digits));
    return version === undefined
      ? {
          target: undefined,
          missing: `Function "${entry.name}" in project "${project}" has no version that begins with ${preview.digits} and can be previewed; the newest ones can.`,
        }
      : { target: atRoot(entry, version), missing: undefined };
  }

  #forget(id: string): void {
    const old = this.#table.functions[id];
    if (old && this.#byName.get(nameKey(old)) === old) this.#byName.delete(nameKey(old));
  }
}

export const nameKey = ({ project, name }: FunctionEntry): string => `${project}/${name}`;

const atRoot = (entry: FunctionEntry, version: string | null): Target => ({
  entry,
  version,
  url: null,
  mount: null,
  rules: entry.rules,
});
