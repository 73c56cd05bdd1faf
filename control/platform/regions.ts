// Regions: made, changed, deleted by owners of the platform, and told to every front. What is answered has been
// committed, and the fronts have it.

import { isDeepStrictEqual } from 'node:util';
import type { RegionsTable } from '../../edge/contract/regions.ts';
import type { Caller } from '../model/access.ts';
import type { AuditAction, AuditChanges } from '../model/audit.ts';
import { AppError } from '../model/errors.ts';
import type { FunctionRecord } from '../model/function.ts';
import type { CreateRegion, RegionRecord, UpdateRegion } from '../model/region.ts';
import type { Rules } from '../model/rules.ts';
import { compileRegions } from '../plan/regions/compile-regions.ts';
import type { RuleKey } from '../secrets/rule-key.ts';
import { PLATFORM, type Vault } from '../secrets/vault.ts';
import type { Store } from '../store/store.ts';
import { platformEntry } from './audit-entry.ts';
import type { Catalog } from './catalog.ts';
import { KeyedLock } from './keyed-lock.ts';
import type { RegionView } from './region-operations.ts';
import type { RegionWatch } from './region-watch.ts';

/** Each is asked for signs of life, and is in every front's table. */
export const regionsMax = 100;

export interface RegionsOptions {
  readonly store: Pick<Store, 'regions' | 'transaction'>;
  readonly vault: Pick<Vault, 'seal' | 'open'>;
  readonly ruleKey: Pick<RuleKey, 'seal'>;
  readonly watch: RegionWatch;
  readonly catalog: Pick<Catalog, 'all'>;
  /** Name of this machine's region. */
  readonly here: string;
  /** Resolves when every front has it. */
  readonly publish: (table: RegionsTable) => Promise<void>;
}

export class Regions {
  readonly #options: RegionsOptions;
  readonly #lock = new KeyedLock();
  #records: readonly RegionRecord[] = [];
  #published: RegionsTable | undefined;

  constructor(options: RegionsOptions) {
    this.#options = options;
  }

  /** Once, before the first table. */
  async load(): Promise<void> {
    this.#records = await this.#options.store.regions.all();
    this.#published = this.table();
  }

  /** Asks from now on, when there is a way to. */
  startWatching(): void {
    this.#options.watch.watch(this.#records);
  }

  table(): RegionsTable {
    const { here, watch, vault, ruleKey } = this.#options;
    return compileRegions({
      ...{ here, records: this.#records },
      healthOf: (name) => watch.healthOf(name),
      secretOf: ({ name, hopSecret }) =>
        hopSecret === null
          ? null
          : ruleKey.seal(`region ${name}`, vault.open(PLATFORM, secretName(name), hopSecret)),
    });
  }

  /** Tells the fronts what has become of regions. */
  async tell(): Promise<void> {
    const table = this.table();
    if (isDeepStrictEqual(table, this.#published)) return;
    this.#published = table;
    await this.#options.publish(table);
  }

  list(): RegionView[] {
    return this.table().list.map(({ name }) => this.get(name));
  }

  /** @throws {AppError} FN_001 when there is none. */
  get(name: string): RegionView {
    const { here, watch } = this.#options;
    const record = this.#records.find((one) => one.name === name) ?? null;
    if (!record && name !== here) throw unknown(name);
    return { name, record, local: name === here, health: watch.healthOf(name) };
  }

  create(by: Caller, input: CreateRegion): Promise<RegionView> {
    const { name } = input;
    return this.#change(by, async () => {
      if (this.#records.some((one) => one.name === name))
        throw new AppError(
          'FN_006',
          `There is a region "${name}" already: change it with PUT /regions/${name}.`,
          {
            status: 409,
          },
        );
      if (this.#records.length >= regionsMax)
        throw new AppError(
          'FN_006',
          `There are ${regionsMax} regions, which is as many as may be: delete one first.`,
        );
      this.#refuseMisplaced(input);
      const now = new Date().toISOString();
      return this.#commit(by, 'region.create', undefined, this.#recordOf(input, now, now));
    });
  }

  /** What is left out stays, the secret too. */
  update(by: Caller, name: string, input: UpdateRegion): Promise<RegionView> {
    return this.#change(by, async () => {
      const before = this.#records.find((one) => one.name === name);
      if (!before) throw unknown(name);
      const { hop_secret: secret = null, endpoint = before.endpoint } = input;
      this.#refuseMisplaced({ name, endpoint });
      const wanted = {
        ...{ name, endpoint, hop_secret: secret },
        latitude: input.latitude ?? before.latitude,
        longitude: input.longitude ?? before.longitude,
        tags: input.tags ?? [...before.tags],
        health_path: input.health_path ?? before.healthPath,
      };
      const made = this.#recordOf(wanted, before.createdAt, new Date().toISOString());
      const after = input.hop_secret === undefined ? { ...made, hopSecret: before.hopSecret } : made;
      return this.#commit(by, 'region.update', before, after);
    });
  }

  delete(by: Caller, name: string): Promise<void> {
    return this.#change(by, async () => {
      const before = this.#records.find((one) => one.name === name);
      if (!before) throw unknown(name);
      const user = [...this.#options.catalog.all()].find(({ record }) => regionsNamed(record).includes(name));
      if (user && name !== this.#options.here)
        throw new AppError(
          'FN_006',
          `rules.regions of the function "${user.record.name}" in project "${user.record.project}" names the region "${name}": take it from the rules first.`,
          { status: 409 },
        );
      await this.#options.store.transaction(async (tx) => {
        await tx.regions.remove(name);
        await tx.audit.add(platformEntry(by, 'region.delete', { name: { old: name } }));
      });
      await this.#take(this.#records.filter((one) => one.name !== name));
    });
  }

  /** @throws {AppError} FN_006 for rules of a function that name a region which is not there. */
  check(record: FunctionRecord, before?: FunctionRecord): void {
    const named = regionsNamed(record);
    if (named.length === 0) return;
    const known = this.table().list.map(({ name }) => name);
    // What it names already is no fault of this change.
    const may = new Set([...known, ...(before ? regionsNamed(before) : [])]);
    const missing = named.find((name) => !may.has(name));
    if (missing === undefined) return;
    throw new AppError(
      'FN_006',
      `rules.regions names the region "${missing}", which is not there; there are ${known.join(', ')}. An owner adds one with POST /regions.`,
    );
  }

  /** One after the other. */
  #change<T>({ actor }: Caller, work: () => Promise<T>): Promise<T> {
    if (actor.projects !== null)
      throw new AppError(
        'FN_009',
        `Regions are changed by an owner of all projects, as they are of all, and the key "${actor.name}" is for ${actor.projects.join(', ')}: use another key.`,
      );
    return this.#lock.run('', work);
  }

  async #commit(
    by: Caller,
    action: AuditAction,
    before: RegionRecord | undefined,
    after: RegionRecord,
  ): Promise<RegionView> {
    await this.#options.store.transaction(async (tx) => {
      await tx.regions.put(after);
      await tx.audit.add(platformEntry(by, action, changesOf(before, after)));
    });
    await this.#take([...this.#records.filter(({ name }) => name !== after.name), after]);
    return this.get(after.name);
  }

  async #take(records: readonly RegionRecord[]): Promise<void> {
    this.#records = records.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    this.#options.watch.watch(this.#records);
    await this.tell();
  }

  /** One region is this machine, whose name the operator sets; every other is somewhere else. */
  #refuseMisplaced({ name, endpoint }: Pick<CreateRegion, 'name' | 'endpoint'>): void {
    const { here } = this.#options;
    if ((endpoint === null) === (name === here)) return;
    throw new AppError(
      'FN_006',
      endpoint === null
        ? `The region "${name}" needs an endpoint: without one it would be this machine, whose region is "${here}" (SELVEDGE_REGION).`
        : `The region "${name}" is this machine (SELVEDGE_REGION) and has no endpoint: send null, or take another name.`,
    );
  }

  #recordOf(input: CreateRegion, createdAt: string, updatedAt: string): RegionRecord {
    const { name, latitude, longitude, tags, endpoint, health_path: healthPath, hop_secret: secret } = input;
    const hopSecret = secret === null ? null : this.#options.vault.seal(PLATFORM, secretName(name), secret);
    return {
      ...{ name, latitude, longitude, tags: [...new Set(tags)], endpoint, healthPath },
      ...{ hopSecret, createdAt, updatedAt },
    };
  }
}

const secretName = (region: string): string => `hop_secret of region ${region}`;

const toInput = ({
  latitude,
  longitude,
  tags,
  endpoint,
  healthPath,
}: RegionRecord): Omit<CreateRegion, 'name' | 'hop_secret'> => ({
  ...{ latitude, longitude, tags: [...tags], endpoint, health_path: healthPath },
});

/** By the function's rules, and by those of its routes. */
function regionsNamed({ rules, routes }: FunctionRecord): string[] {
  const sections = [rules, ...routes.map((route) => route.rules as Partial<Rules> | undefined)];
  return sections.flatMap((one) => [...(one?.regions?.run_in ?? []), ...(one?.regions?.failover ?? [])]);
}

/** Of the secret, that it is another. */
function changesOf(before: RegionRecord | undefined, after: RegionRecord): AuditChanges {
  const shown = (record: RegionRecord | undefined) =>
    record && {
      name: record.name,
      ...toInput(record),
      hop_secret: record.hopSecret === null ? null : 'secret',
    };
  const [old, now] = [shown(before), shown(after) ?? {}];
  const changes = Object.entries(now)
    .filter(([field, value]) => !isDeepStrictEqual(value, old?.[field as keyof typeof old]))
    .map(([field, value]) => [field, { ...(old && { old: old[field as keyof typeof old] }), new: value }]);
  const renewed = before && before.hopSecret !== after.hopSecret && { hop_secret: { new: 'secret' } };
  return { ...Object.fromEntries(changes), ...(renewed && after.hopSecret !== null && renewed) };
}

const unknown = (name: string): AppError =>
  new AppError('FN_001', `There is no region "${name.slice(0, 80)}": GET /regions lists them.`);
