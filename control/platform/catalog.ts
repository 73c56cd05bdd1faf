// All functions with what is live of them, in memory: what the routing table and the fleet are compiled from.
// The store is the truth; the catalog is read from it at start and changed after each commit.

import { storesObjects } from '../model/binding.ts';
import type { DeploymentRecord, FunctionRecord } from '../model/function.ts';
import type { VersionId } from '../model/ids.ts';
import { rulesOfRoute } from '../model/rules.ts';
import type { FunctionRoutes } from '../plan/compile-routes.ts';
import { compileRules } from '../plan/compile-rules.ts';
import { previewsMax } from '../plan/compile-table.ts';
import type { StretchLimits } from '../plan/judge-stretch.ts';
import type { ScalingRules } from './fleet.ts';

export interface CatalogEntry {
  readonly record: FunctionRecord;
  /** The newest deployment; undefined before the first. */
  readonly deployment: Pick<DeploymentRecord, 'versions'> | undefined;
  /** The newest versions, for previews; the newest first. */
  readonly versions: readonly VersionId[];
  readonly aliases: ReadonlyMap<string, VersionId>;
}

/**
 * What the instance of a function with objects may still take when another is to have them: requests wait meanwhile, and
 * they have `queueSeconds`. It is given twice, for what waits for an answer and for bodies.
 */
export const objectHandoverMs = 4000;
/** A drain waits for requests this much longer than the function's own timeout. */
const graceBeyondTimeoutMs = 5000;

export class Catalog {
  readonly #byId = new Map<string, CatalogEntry>();
  readonly #byName = new Map<string, string>();
  /** By project and base: what of it is in which environment. */
  readonly #byBase = new Map<string, Map<string, string>>();
  #routesChanged = false;

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): CatalogEntry | undefined {
    return this.#byId.get(id);
  }

  named(project: string, name: string): CatalogEntry | undefined {
    return this.#byId.get(this.#byName.get(`${project}/${name}`) ?? '');
  }

  /** `name` is a base, or the function's whole name. */
  inEnvironment(project: string, name: string, environment: string): CatalogEntry | undefined {
    const byBase = this.#byBase.get(`${project}/${name}`)?.get(environment);
    if (byBase !== undefined) return this.#byId.get(byBase);
    const named = this.named(project, name);
    return named?.record.environment === environment ? named : undefined;
  }

  /** The function in each of its environments. */
  ofBase(project: string, base: string): CatalogEntry[] {
    const ids = [...(this.#byBase.get(`${project}/${base}`)?.values() ?? [])];
    return ids.flatMap((id) => this.#byId.get(id) ?? []);
  }

  /** Whether a version is one that requests may still be for. */
  knows(id: string, version: VersionId): boolean {
    const entry = this.#byId.get(id);
    if (!entry) return false;
    const { record, deployment, versions, aliases } = entry;
    return (
      versions.includes(version) ||
      deployment?.versions.some((share) => share.version === version) === true ||
      [...aliases.values()].includes(version) ||
      record.shadow?.version === version
    );
  }

  all(): Iterable<CatalogEntry> {
    return this.#byId.values();
  }

  set(entry: CatalogEntry): void {
    this.delete(entry.record.id);
    if (entry.record.routes.length > 0) this.#routesChanged = true;
    this.#byId.set(entry.record.id, { ...entry, versions: entry.versions.slice(0, previewsMax) });
    const { id, project, name, base, environment } = entry.record;
    this.#byName.set(`${project}/${name}`, id);
    const places = this.#byBase.get(`${project}/${base}`);
    if (places) places.set(environment, id);
    else this.#byBase.set(`${project}/${base}`, new Map([[environment, id]]));
  }

  delete(id: string): void {
    const entry = this.#byId.get(id);
    if (!entry) return;
    if (entry.record.routes.length > 0) this.#routesChanged = true;
    this.#byId.delete(id);
    const { project, name, base, environment } = entry.record;
    this.#byName.delete(`${project}/${name}`);
    const places = this.#byBase.get(`${project}/${base}`);
    if (places?.get(environment) === id) places.delete(environment);
    if (places?.size === 0) this.#byBase.delete(`${project}/${base}`);
  }

  /** All functions with routes, for the table; `seal` takes care of what their rules name of secrets. */
  routes(seal: (record: FunctionRecord) => FunctionRecord): FunctionRoutes[] {
    return [...this.#byId.values()]
      .filter(({ record }) => record.routes.length > 0 && record.status !== 'disabled')
      .map(({ record }) => seal(record))
      .map((record) => ({
        id: record.id,
        routes: record.routes.map(({ rules, ...route }) => ({
          ...route,
          rules: compileRules(rulesOfRoute(record.rules, rules), {
            project: record.project,
            functionId: record.id,
            environment: record.environment,
          }),
        })),
      }));
  }

  /** What rules of routes name has changed. */
  touchRoutes(): void {
    this.#routesChanged = true;
  }

  /** Whether routes may have changed since the last call. */
  takeRoutesChanged(): boolean {
    const changed = this.#routesChanged;
    this.#routesChanged = false;
    return changed;
  }

  /** How long the function's JavaScript may run without coming back; undefined for one that is gone. */
  stretchLimits(id: string): StretchLimits | undefined {
    const entry = this.#byId.get(id);
    return entry && { timeoutMs: entry.record.timeout * 1000, cpuMs: entry.record.cpuMs };
  }

  /** How many instances the function's versions should have; undefined for one that is gone. */
  rules(id: string): ScalingRules | undefined {
    const entry = this.#byId.get(id);
    if (!entry) return undefined;
    const { scaling, concurrency, timeout, status } = entry.record;
    const off = status === 'disabled';
    const exclusive = storesObjects(entry.record.bindings);
    // Alarms ring in an instance that runs, so there is one as long as there is a function.
    const minInstances = exclusive ? 1 : scaling.minInstances;
    return {
      exclusive,
      minInstances: off ? 0 : minInstances,
      maxInstances: exclusive ? 1 : scaling.maxInstances,
      vcpu: entry.record.vcpu,
      targetConcurrency: Math.min(scaling.targetConcurrency ?? concurrency, concurrency),
      idleMs: scaling.idleSeconds * 1000,
      graceMs: exclusive ? objectHandoverMs : timeout * 1000 + graceBeyondTimeoutMs,
      markedFailed: status === 'failed',
      liveVersions: (entry.deployment?.versions ?? []).map(({ version }) => version),
    };
  }
}
