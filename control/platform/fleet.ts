// The fleet: which versions have which instances. It starts one when a front asks, adds more under load, takes
// away the idle ones, and retires those of an old version:
//
//   start -> ready -> in the table -> cordon (out of the table on every front) -> drain -> stop
//
// Cordon waits for the fronts' word, and drain until no front has a request on its way to the instance: only
// then has the instance read all that it will ever get, and SIGTERM lets it finish just that.

import type { ActivateAnswer } from '../../edge/contract/front-api.ts';
import { AppError } from '../model/errors.ts';
import type { SlotsByVersion } from '../plan/compile-table.ts';
import { planInstances, type VersionSituation } from '../plan/plan-instances.ts';
import type { Instance } from '../workerd/instance.ts';
import type { InstanceLimits, Supervisor } from '../workerd/supervisor.ts';
import type { LoadMeter } from './load-meter.ts';

/** Wait after a start that failed, before the next; doubled with each failure up to the maximum. */
const startBackoffMs = { first: 500, max: 60_000 } as const;

export interface ScalingRules {
  readonly minInstances: number;
  readonly maxInstances: number;
  readonly targetConcurrency: number;
  readonly idleMs: number;
  /** What a request may still take when its instance is stopped. */
  readonly graceMs: number;
  readonly liveVersions: readonly string[];
}

export interface FleetOptions {
  readonly supervisor: Supervisor;
  readonly load: LoadMeter;
  /** Undefined for a function that is gone. */
  readonly rules: (functionId: string) => ScalingRules | undefined;
  /** What a version's instances start with and are held to; rejects with FN_001 when there is no such version. */
  readonly config: (functionId: string, version: string) => Promise<{ config: Uint8Array } & InstanceLimits>;
  /** Sends the function's entry with its slots to the fronts; resolves when all of them have it. */
  readonly publish: (functionId: string) => Promise<void>;
  readonly generation: () => number;
  readonly log: (message: string, details: object) => void;
}

interface Group {
  readonly functionId: string;
  readonly version: string;
  /** In the table or about to be; the oldest first. */
  readonly instances: Set<Instance>;
  starting: number;
  activation: Promise<void> | undefined;
  failures: number;
  retryAt: number;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #groups = new Map<string, Group>();
  readonly #retiring = new Set<Promise<void>>();
  #closed = false;

  constructor(options: FleetOptions) {
    this.#options = options;
  }

  /** Slots in use by a function, by version, for its entry in the table. */
  slotsOf(functionId: string): SlotsByVersion {
    const slots: Record<string, number[]> = {};
    for (const group of this.#groups.values()) {
      if (group.functionId !== functionId || group.instances.size === 0) continue;
      slots[group.version] = [...group.instances].map((instance) => instance.slot);
    }
    return slots;
  }

  instancesOf(functionId: string, version?: string): Instance[] {
    return [...this.#groups.values()]
      .filter(
        (group) => group.functionId === functionId && (version === undefined || group.version === version),
      )
      .flatMap((group) => [...group.instances]);
  }

  instanceAt(slot: number): Instance | undefined {
    for (const instance of this.#options.supervisor.instances) if (instance.slot === slot) return instance;
    return undefined;
  }

  /** Makes sure that a version has an instance; concurrent calls share one start. */
  async activate(functionId: string, version: string): Promise<ActivateAnswer> {
    const group = this.#group(functionId, version);
    if (running(group).length === 0) {
      group.activation ??= this.#addInstance(group).finally(() => {
        group.activation = undefined;
      });
      await group.activation;
    }
    return {
      generation: this.#options.generation(),
      slots: running(group).map((instance) => instance.slot),
    };
  }

  /** Adds an instance when load asks for it, one at a time and up to `maxInstances`. */
  scale(functionId: string, version: string): void {
    const group = this.#group(functionId, version);
    const rules = this.#options.rules(functionId);
    if (!rules || group.starting > 0 || group.instances.size >= rules.maxInstances) return;
    this.#addInstance(group).catch((error: unknown) => this.#logStartFailure(group, error));
  }

  /**
   * Puts a started instance, or an adopted one, into its group, unless it has ended meanwhile: of that nobody
   * would hear again. The table is the caller's to publish.
   */
  admit(instance: Instance): void {
    if (!this.#options.supervisor.instances.has(instance)) return;
    const group = this.#group(instance.functionId, instance.version);
    group.failures = 0;
    group.instances.add(instance);
  }

  /** An instance ended by itself: no front may use its slot any more. */
  crashed(instance: Instance): void {
    if (!this.#groups.get(key(instance.functionId, instance.version))?.instances.delete(instance)) return;
    this.#inBackground(this.#options.publish(instance.functionId));
  }

  /** As `retire`, for callers that do not wait; `then` runs when they have ended. */
  retireInBackground(instances: readonly Instance[], then: () => void = () => undefined): void {
    this.#inBackground(this.retire(instances).then(then));
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.#options.log('work on instances failed', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
  }

  /** Takes instances out of service; resolves when they have ended. Requests that they have are finished. */
  async retire(instances: readonly Instance[]): Promise<void> {
    const affected = instances.filter((instance) => !instance.cordoned);
    for (const instance of affected) {
      instance.cordoned = true;
      this.#groups.get(key(instance.functionId, instance.version))?.instances.delete(instance);
    }
    const work = this.#cordonDrainStop(affected);
    this.#retiring.add(work);
    await work.finally(() => this.#retiring.delete(work));
  }

  async #cordonDrainStop(instances: readonly Instance[]): Promise<void> {
    await Promise.all(
      [...new Set(instances.map((i) => i.functionId))].map((id) => this.#options.publish(id)),
    );
    await Promise.all(
      instances.map(async (instance) => {
        const graceMs = this.#options.rules(instance.functionId)?.graceMs ?? defaultGraceMs;
        await this.#options.load.untilQuiet(instance.slot, graceMs);
        await this.#options.supervisor.stop(instance, graceMs);
      }),
    );
  }

  /** Once a second: what the plan says of minimum and idle instances is done. */
  tick(now: number): void {
    if (this.#closed) return;
    const plan = planInstances(this.#situations(now), now);
    for (const { functionId, version, count } of plan.start) {
      const group = this.#group(functionId, version);
      if (now < group.retryAt) continue;
      for (let i = 0; i < count; i += 1) {
        this.#addInstance(group).catch((error: unknown) => this.#logStartFailure(group, error));
      }
    }
    const stop = new Set(plan.stop);
    // A start that was under way when its function was deleted has come to nothing.
    const needless = [...this.#groups.values()].flatMap((group) =>
      [...group.instances].filter((i) => stop.has(i.id) || !this.#options.rules(group.functionId)),
    );
    this.retireInBackground(needless);
    this.#forgetEmptyGroups(now);
  }

  /** Ends every instance, and every start that is under way; resolves when nothing of them is left. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    await this.#options.supervisor.close(graceMs);
    await Promise.allSettled(this.#retiring);
  }

  #situations(now: number): VersionSituation[] {
    for (const version of this.#versionsWithMinimum()) this.#group(version.functionId, version.version);
    return [...this.#groups.values()].flatMap((group) => {
      const rules = this.#options.rules(group.functionId);
      if (!rules) return [];
      const load = this.#options.load.of(group.functionId, group.version, rules.idleMs, now);
      return [
        {
          ...rules,
          ...load,
          functionId: group.functionId,
          version: group.version,
          live: rules.liveVersions.includes(group.version),
          instances: [...group.instances].map(({ id, readyAt }) => ({ id, readyAt })),
          starting: group.starting,
        },
      ];
    });
  }

  /** Functions that want instances without a request; set by the platform whenever settings change. */
  readonly minimums = new Set<string>();

  #versionsWithMinimum(): { functionId: string; version: string }[] {
    return [...this.minimums].flatMap((functionId) =>
      (this.#options.rules(functionId)?.liveVersions ?? []).map((version) => ({ functionId, version })),
    );
  }

  async #addInstance(group: Group): Promise<void> {
    const now = Date.now();
    if (now < group.retryAt) {
      const seconds = Math.ceil((group.retryAt - now) / 1000);
      throw new AppError(
        'FN_008',
        `The function failed to start ${group.failures} times in a row; it is tried again in ${seconds} s. Its log says why.`,
        { retryAfterSeconds: seconds },
      );
    }
    group.starting += 1;
    try {
      const { functionId, version } = group;
      const { config, ...held } = await this.#options.config(functionId, version);
      const instance = await this.#options.supervisor.start(functionId, version, config, held);
      this.admit(instance);
      // The asking front may use the slot at once; the others learn of it with the table.
      this.#inBackground(this.#options.publish(group.functionId));
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'FN_005') this.#backOff(group);
      throw error;
    } finally {
      group.starting -= 1;
    }
  }

  #backOff(group: Group): void {
    const delay = Math.min(startBackoffMs.first * 2 ** group.failures, startBackoffMs.max);
    group.failures += 1;
    group.retryAt = Date.now() + delay;
  }

  #logStartFailure(group: Group, error: unknown): void {
    this.#options.log('an instance could not be started', {
      function: group.functionId,
      version: group.version,
      error: error instanceof Error ? error.message : String(error),
    });
  }

  #group(functionId: string, version: string): Group {
    const name = key(functionId, version);
    let group = this.#groups.get(name);
    if (!group) {
      group = {
        functionId,
        version,
        instances: new Set(),
        starting: 0,
        activation: undefined,
        failures: 0,
        retryAt: 0,
      };
      this.#groups.set(name, group);
    }
    return group;
  }

  /** A group that failed is remembered for its next try's back-off, but not for ever. */
  #forgetEmptyGroups(now: number): void {
    for (const [name, group] of this.#groups) {
      const busy = group.instances.size > 0 || group.starting > 0 || group.activation !== undefined;
      const failing = group.failures > 0 && now < group.retryAt + startBackoffMs.max;
      if (!busy && (!failing || !this.#options.rules(group.functionId))) this.#groups.delete(name);
    }
  }
}

/** For an instance whose function has been deleted. */
const defaultGraceMs = 30_000;

/** One that has ended stays in its group until the supervisor says so. */
const running = ({ instances }: Group): Instance[] =>
  [...instances].filter((instance) => instance.process.running);

const key = (functionId: string, version: string): string => `${functionId} ${version}`;
