// The fleet: which versions have which instances. It starts one when a front asks, adds more under load, takes
// away the idle ones, and retires those of an old version:
//
//   start -> ready -> in the table -> cordon (out of the table on every front) -> drain -> stop
//
// Cordon waits for the fronts' word, and drain until no front has a request on its way to the instance: only
// then has the instance read all that it will ever get, and SIGTERM lets it finish just that.
//
// Of a version that a deploy replaces one instance stays for a while, see `settle`: it is in the table, but no
// deployment names its version, so that it has no visitors but those of its preview.
//
// The file is long as all of these change the same groups; what should happen is decided in `plan/`.

import type { ActivateAnswer } from '../../edge/contract/front-api.ts';
import { AppError } from '../model/errors.ts';
import { vcpus } from '../model/limits.ts';
import type { SlotsByVersion } from '../plan/compile-table.ts';
import {
  afterCrash,
  afterFailedStart,
  afterLimit,
  backOffMs,
  type CrashHistory,
  isCrashLoop,
  limitBackOffMs,
  noCrashes,
  stableMs,
} from '../plan/crash-history.ts';
import { keepWarm, type ReplacedVersion, warmVersionSeconds } from '../plan/keep-warm.ts';
import { planInstances, type VersionSituation } from '../plan/plan-instances.ts';
import type { EndCause } from '../workerd/end-cause.ts';
import type { Instance } from '../workerd/instance.ts';
import type { InstanceLimits, Supervisor } from '../workerd/supervisor.ts';
import type { LoadMeter } from './load-meter.ts';
import type { MachineRoom } from './machine-room.ts';
import { type Evictable, RoomMaker } from './room-maker.ts';
import { type LastEnd, VersionGroup } from './version-group.ts';
import type { WebSocketWatch } from './web-socket-watch.ts';

export interface ScalingRules {
  /** It stores objects: there is never more than one instance of it, and that is of the live version. */
  readonly exclusive?: boolean;
  readonly minInstances: number;
  readonly maxInstances: number;
  /** Share of the processors of all its instances together. */
  readonly vcpu: number;
  readonly targetConcurrency: number;
  readonly idleMs: number;
  /** What a request may still take when its instance is stopped. */
  readonly graceMs: number;
  readonly liveVersions: readonly string[];
  /** Its status says that it failed, which an instance that lives proves wrong. */
  readonly markedFailed: boolean;
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
  readonly machine: Pick<MachineRoom, 'crowded' | 'reckon'>;
  readonly webSockets: Pick<WebSocketWatch, 'look' | 'heldAt'>;
  /** A function has come into a crash loop, or out of it. */
  readonly onCrashLoop: (functionId: string, looping: boolean) => void;
  readonly log: (message: string, details: object) => void;
}

/** What a deploy has done to a function's versions. */
export interface Settlement {
  /** Those that were live before. */
  readonly replaced: readonly string[];
  /** Instances that the deploy started. */
  readonly fresh: ReadonlySet<Instance>;
  /** Instances of before cannot stay, not even those of a version that is still live. */
  readonly anew: boolean;
}

/** How a function does that crashes, or did lately. */
export interface Crashes {
  /** In a row. */
  readonly count: number;
  readonly loop: boolean;
  readonly last: LastEnd | undefined;
  /** Milliseconds since the epoch; before it nothing is started. */
  readonly retryAt: number;
}

export class Fleet {
  readonly #options: FleetOptions;
  readonly #groups = new Map<string, VersionGroup>();
  readonly #retiring = new Set<Promise<void>>();
  readonly #room: RoomMaker;
  #closed = false;

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#room = new RoomMaker({
      machine: options.machine,
      candidates: (now) => this.#evictionCandidates(now),
      retire: (instance) => this.retire([instance]),
      log: options.log,
    });
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
    if (group.running.length === 0) {
      group.activation ??= this.#firstInstance(group).finally(() => {
        group.activation = undefined;
      });
      await group.activation;
    }
    return {
      generation: this.#options.generation(),
      slots: group.running.map((instance) => instance.slot),
    };
  }

  /** Adds an instance when load asks for it, one at a time and up to `maxInstances`. */
  scale(functionId: string, version: string): void {
    const group = this.#group(functionId, version);
    const rules = this.#options.rules(functionId);
    if (!rules || group.starting > 0 || group.instances.size >= rules.maxInstances) return;
    if (Date.now() < group.history.retryAt) return;
    this.#addInstance(group).catch((error: unknown) => this.#logStartFailure(group, error));
  }

  /**
   * Puts a started instance, or an adopted one, into its group, unless it has ended meanwhile: of that nobody
   * would hear again. The table is the caller's to publish.
   */
  admit(instance: Instance): void {
    if (!this.#options.supervisor.instances.has(instance)) return;
    const group = this.#group(instance.functionId, instance.version);
    group.instances.add(instance);
    this.shareProcessors(instance.functionId);
  }

  /** A function has its share of the processors, however many instances it has got. */
  shareProcessors(functionId: string): void {
    const instances = this.instancesOf(functionId);
    // What is only kept warm has nothing to do, and must not take half of the share for it.
    const working = instances.filter(({ version }) => !this.#isSpare(this.#group(functionId, version)));
    const share = (this.#options.rules(functionId)?.vcpu ?? vcpus.default) / Math.max(1, working.length);
    for (const instance of instances) instance.share(share);
  }

  /** A deploy made the version live: what happened before it counts no more. */
  forgive(functionId: string, version: string): void {
    const group = this.#group(functionId, version);
    group.history = noCrashes;
    group.lastEnd = undefined;
  }

  /**
   * After a deploy, once every front has its table. Of the versions that it `replaced`, and of those replaced just
   * before, one instance each stays warm; others that are not of a live version are retired, and with `anew` all
   * but the `fresh` ones: what instances are given beside their version has changed.
   */
  settle(functionId: string, { replaced, fresh, anew }: Settlement, now: number = Date.now()): void {
    const live = new Set(this.#options.rules(functionId)?.liveVersions);
    const groups = [...this.#groups.values()].filter((group) => group.functionId === functionId);
    for (const group of groups) {
      if (live.has(group.version)) group.isOrdinary();
      else if (replaced.includes(group.version)) group.isReplaced(now, this.graceMsOf(functionId));
    }
    const { warm, retired } = anew
      ? { warm: [], retired: groups.flatMap((group) => group.running.filter((one) => !fresh.has(one))) }
      : keepWarm(groups.filter(({ version }) => !live.has(version)).map(asReplaced), now);
    const kept = new Set(warm.map(({ version }) => version));
    for (const group of groups) {
      if (kept.has(group.version)) group.warmUntil = group.replacedAt + warmVersionSeconds * 1000;
      else group.isOrdinary();
    }
    // Who stores objects is in the way of whoever has them next, and is not kept for a return.
    const owners = groups
      .filter(({ version }) => !live.has(version))
      .flatMap((group) => group.running.filter(({ objects }) => objects));
    this.retireInBackground([...new Set([...retired, ...owners])]);
    this.shareProcessors(functionId);
  }

  /** One instance of the version is not stopped for idleness until then; if it has none, none is started. */
  keepWarm(functionId: string, version: string, until: number): void {
    const group = this.#group(functionId, version);
    group.warmUntil = Math.max(group.warmUntil, until);
  }

  /** It runs only for the case that its version is made live again. */
  #isSpare(group: VersionGroup): boolean {
    return group.replacedAt > 0 && !this.#isLive(group);
  }

  /** Of what was kept warm the time is over; or it still holds WebSockets after the grace of a replaced version. */
  #retireOutlived(now: number): void {
    for (const group of this.#groups.values()) {
      if (!this.#isSpare(group)) continue;
      if (now >= group.warmUntil) {
        // Once: if somebody looks at its preview later, that instance is as any other.
        group.isOrdinary();
        this.retireInBackground([...group.instances]);
      } else if (now >= group.endsWebSocketsAt) {
        group.endsWebSocketsAt = Number.POSITIVE_INFINITY;
        const holds = (one: Instance): boolean => now - this.#options.webSockets.heldAt(one) < heldLatelyMs;
        this.retireInBackground([...group.instances].filter(holds), () => undefined, graceAfterGraceMs);
      }
    }
  }

  /** Undefined while the function's live versions do well. */
  crashes(functionId: string): Crashes | undefined {
    const live = this.#options.rules(functionId)?.liveVersions ?? [];
    const worst = live
      .flatMap((version) => this.#groups.get(key(functionId, version)) ?? [])
      .toSorted((a, b) => b.history.crashes - a.history.crashes)[0];
    if (!worst || worst.history.crashes === 0) return undefined;
    const { history, lastEnd } = worst;
    return { count: history.crashes, loop: isCrashLoop(history), last: lastEnd, retryAt: history.retryAt };
  }

  /** Why instances of the version end or do not start, again and again; undefined while they do well. */
  failing(functionId: string, version: string): string | undefined {
    const group = this.#groups.get(key(functionId, version));
    if (!group || !isCrashLoop(group.history)) return undefined;
    const why = group.lastEnd ? `: ${group.lastEnd.message}` : '';
    return `its instances ended or failed to start ${group.history.crashes} times in a row${why}`;
  }

  /** An instance ended by itself, or for a limit: no front may use its slot any more. */
  crashed(instance: Instance, cause: EndCause, output: string): void {
    const group = this.#groups.get(key(instance.functionId, instance.version));
    if (!group?.instances.delete(instance)) return;
    this.shareProcessors(instance.functionId);
    const now = Date.now();
    group.lastEnd = { ...cause, output };
    const itself = cause.code === 'FN_004' && !cause.outside;
    const after = itself ? afterCrash : afterLimit;
    this.#remember(group, after(group.history, now - instance.readyAt, now));
    this.#inBackground(this.#options.publish(instance.functionId));
  }

  /** As `retire`, for callers that do not wait; `then` runs when they have ended. */
  retireInBackground(
    instances: readonly Instance[],
    then: () => void = () => undefined,
    graceMs?: number,
  ): void {
    this.#inBackground(this.retire(instances, graceMs).then(then));
  }

  /** What requests of a function may still take when its instances are stopped. */
  graceMsOf(functionId: string): number {
    return this.#options.rules(functionId)?.graceMs ?? defaultGraceMs;
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) =>
      this.#options.log('work on instances failed', {
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      }),
    );
  }

  /**
   * Takes instances out of service; resolves when they have ended. Requests that they have are finished, within
   * `graceMs`, which is the function's own if it is absent.
   */
  async retire(instances: readonly Instance[], graceMs?: number): Promise<void> {
    const affected = instances.filter((instance) => !instance.cordoned);
    for (const instance of affected) {
      instance.cordoned = true;
      this.#groups.get(key(instance.functionId, instance.version))?.instances.delete(instance);
    }
    for (const { functionId } of affected) this.shareProcessors(functionId);
    const work = this.#cordonDrainStop(affected, graceMs);
    this.#retiring.add(work);
    await work.finally(() => this.#retiring.delete(work));
  }

  async #cordonDrainStop(instances: readonly Instance[], graceOfAll?: number): Promise<void> {
    await Promise.all(
      [...new Set(instances.map((i) => i.functionId))].map((id) => this.#options.publish(id)),
    );
    await Promise.all(
      instances.map(async (instance) => {
        const graceMs = graceOfAll ?? this.graceMsOf(instance.functionId);
        await this.#options.load.untilQuiet(instance.slot, graceMs);
        await this.#options.supervisor.stop(instance, graceMs);
      }),
    );
  }

  /** Once a second: what the plan says of minimum and idle instances is done. */
  tick(now: number): void {
    if (this.#closed) return;
    this.#options.webSockets.look(now);
    const plan = planInstances(this.#situations(now), now);
    for (const { functionId, version, count } of plan.start) {
      const group = this.#group(functionId, version);
      if (now < group.history.retryAt) continue;
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
    this.#retireOutlived(now);
    this.#inBackground(this.#room.shed(now));
    this.#clearStable(now);
    this.#forgetEmptyGroups(now);
  }

  /** As `RoomMaker.start`; the caller admits the instance. */
  start(functionId: string, version: string, config: Uint8Array, held: InstanceLimits): Promise<Instance> {
    return this.#room.start(() => this.#options.supervisor.start(functionId, version, config, held));
  }

  #evictionCandidates(now: number): Evictable[] {
    const { webSockets } = this.#options;
    webSockets.look(now);
    return [...this.#groups.values()].flatMap((group) => {
      const rules = this.#options.rules(group.functionId);
      const load = this.#options.load.of(group.functionId, group.version, rules?.idleMs ?? 0, now);
      const kept = rules?.liveVersions.includes(group.version) ? rules.minInstances : 0;
      return [...group.instances].map((instance, index) => ({
        ...{ id: instance.id, readyAt: instance.readyAt, instance, kept: index < kept },
        ...{ inFlight: load.inFlight, lastRequestAt: load.lastRequestAt },
        heldAt: webSockets.heldAt(instance),
        spare: this.#isSpare(group),
      }));
    });
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
          warmUntil: group.warmUntil,
          instances: [...group.instances].map((instance) => ({
            ...{ id: instance.id, readyAt: instance.readyAt },
            heldAt: this.#options.webSockets.heldAt(instance),
          })),
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

  /** Resolves when every start of the function that has begun by now has ended, in whatever way. */
  async startsUnderWay(functionId: string): Promise<void> {
    const groups = [...this.#groups.values()].filter((group) => group.functionId === functionId);
    await Promise.allSettled(groups.flatMap((group) => [...group.starts]));
  }

  /** Of two starts that store objects the second would wait for the first one's end: there may be one on its way already. */
  async #firstInstance(group: VersionGroup): Promise<void> {
    if (this.#options.rules(group.functionId)?.exclusive) await Promise.allSettled([...group.starts]);
    if (group.running.length === 0) await this.#addInstance(group);
  }

  #addInstance(group: VersionGroup): Promise<void> {
    const start = this.#startInstance(group);
    group.starts.add(start);
    return start.finally(() => group.starts.delete(start));
  }

  async #startInstance(group: VersionGroup): Promise<void> {
    refuseWhileBackingOff(group);
    group.starting += 1;
    try {
      await backedOff(group);
      const { functionId, version } = group;
      if (this.#options.rules(functionId)?.exclusive) await this.#makeAlone(group);
      const { config, ...held } = await this.#options.config(functionId, version);
      const instance = await this.start(functionId, version, config, held);
      this.admit(instance);
      // The asking front may use the slot at once; the others learn of it with the table.
      this.#inBackground(this.#options.publish(group.functionId));
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'FN_005') this.#startFailed(group, error);
      throw error;
    } finally {
      group.starting -= 1;
    }
  }

  /** Ends what other instances the function has; the supervisor waits for their ends. */
  async #makeAlone(group: VersionGroup): Promise<void> {
    if (!this.#isLive(group))
      throw new AppError(
        'FN_008',
        'The function stores objects, so that only its live version runs, and this is another: make it live.',
      );
    const { functionId, version } = group;
    await this.retire(this.instancesOf(functionId).filter((other) => other.version !== version));
  }

  #startFailed(group: VersionGroup, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    group.lastEnd = { code: 'FN_005', message, output: message };
    this.#remember(group, afterFailedStart(group.history, Date.now()));
  }

  #remember(group: VersionGroup, history: CrashHistory): void {
    const looped = isCrashLoop(group.history);
    group.history = history;
    if (isCrashLoop(history) === looped || !this.#isLive(group)) return;
    this.#options.onCrashLoop(group.functionId, isCrashLoop(history));
  }

  #isLive({ functionId, version }: VersionGroup): boolean {
    return this.#options.rules(functionId)?.liveVersions.includes(version) === true;
  }

  /** An instance that has run long enough proves its version, also to a control that has just started. */
  #clearStable(now: number): void {
    for (const group of this.#groups.values()) {
      if (![...group.instances].some(({ readyAt }) => now - readyAt >= stableMs)) continue;
      if (group.history.crashes > 0) this.#remember(group, noCrashes);
      else if (this.#isLive(group) && this.#options.rules(group.functionId)?.markedFailed)
        this.#options.onCrashLoop(group.functionId, false);
    }
  }

  #logStartFailure(group: VersionGroup, error: unknown): void {
    this.#options.log('an instance could not be started', {
      function: group.functionId,
      version: group.version,
      error: error instanceof Error ? error.message : String(error),
    });
  }

  #group(functionId: string, version: string): VersionGroup {
    const name = key(functionId, version);
    let group = this.#groups.get(name);
    if (!group) {
      group = new VersionGroup(functionId, version);
      this.#groups.set(name, group);
    }
    return group;
  }

  /** A group that failed is remembered for its next try's back-off, but not for ever. */
  #forgetEmptyGroups(now: number): void {
    for (const [name, group] of this.#groups) {
      const failing =
        group.history.crashes + group.history.limitEnds > 0 && now < group.history.retryAt + backOffMs.max;
      if (!group.busy && (!failing || !this.#options.rules(group.functionId))) this.#groups.delete(name);
    }
  }
}

/** Who holds a WebSocket is looked at once a second. */
const heldLatelyMs = 5000;
/** For what else runs in an instance whose WebSockets have had their grace. */
const graceAfterGraceMs = 1000;

/** For an instance whose function has been deleted. */
const defaultGraceMs = 10_000;

const asReplaced = ({ version, replacedAt, running }: VersionGroup): ReplacedVersion<Instance> => ({
  ...{ version, replacedAt },
  instances: running,
});

const key = (functionId: string, version: string): string => `${functionId} ${version}`;

/** A short wait is the requests' too; they have a place in the queue meanwhile. */
async function backedOff({ history }: VersionGroup): Promise<void> {
  const waitMs = history.retryAt - Date.now();
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

function refuseWhileBackingOff({ history, lastEnd }: VersionGroup): void {
  const waitMs = history.retryAt - Date.now();
  if (waitMs <= limitBackOffMs) return;
  const seconds = Math.ceil(waitMs / 1000);
  // What a start fails with is of the function's source, and for its owner only.
  const why = lastEnd && lastEnd.code !== 'FN_005' ? lastEnd.message : 'its log says why.';
  throw new AppError(
    'FN_008',
    `The function ended or failed to start ${history.crashes} times in a row: ${why} It is started again in ${seconds} s; a deploy that works ends the wait.`,
    { retryAfterSeconds: seconds },
  );
}
