// Rollouts under way: starts them, asks the machine in plan/step-rollout.ts once a second what is next, and does it.
//
// Each step is a deployment like any other, committed together with the rollout's own row and its entry in the audit
// log; so a control that is killed in between finds the two agreeing. What was seen of the versions is not stored: a
// control that starts watches the step from its beginning again. A deployment by anybody else ends the rollout, in the
// commit of that deployment; here it is noticed by looking at the row.

import { type Caller, PLATFORM } from '../model/access.ts';
import type { AuditAction } from '../model/audit.ts';
import type { FunctionId } from '../model/ids.ts';
import { isOver, planOf, type RolloutRecord, type StartRollout } from '../model/rollout.ts';
import {
  beginRollout,
  canTake,
  type RolloutEvent,
  type RolloutProgress,
  stepRollout,
} from '../plan/step-rollout.ts';
import { newRolloutId } from '../store/new-id.ts';
import type { Store } from '../store/store.ts';
import type { CatalogEntry } from './catalog.ts';
import type { ChangeQueue } from './change-queue.ts';
import type { Fleet } from './fleet.ts';
import type { FunctionRef, Page, PageRequest, RolloutCommand, RolloutView } from './platform.ts';
import type { PlatformLog } from './platform-log.ts';
import { refuseStart, unknownRollout, wrongState } from './rollout-refusals.ts';
import { RolloutSight } from './rollout-sight.ts';
import type { RolloutWriter } from './rollout-writer.ts';
import type { VersionFigures } from './version-figures.ts';
import { findVersion } from './versions.ts';

/** After a step that could not be carried out, before it is tried again. */
const retryMs = 5000;

export interface RolloutsOptions {
  readonly store: Store;
  readonly queue: ChangeQueue;
  readonly writer: RolloutWriter;
  readonly figures: VersionFigures;
  readonly fleet: Pick<Fleet, 'instancesOf' | 'failing' | 'keepWarm' | 'activate'>;
  readonly log: PlatformLog;
}

/** One that goes on. */
interface Going {
  readonly record: RolloutRecord;
  progress: RolloutProgress;
  /** The step that is being taken. */
  acting: Promise<void> | undefined;
  avoidedUntil: number;
}

export class Rollouts {
  readonly #options: RolloutsOptions;
  readonly #sight: RolloutSight;
  readonly #going = new Map<FunctionId, Going>();

  constructor(options: RolloutsOptions) {
    this.#options = options;
    this.#sight = new RolloutSight(options);
  }

  /** Goes on with what an earlier control has begun. */
  async load(now: number = Date.now()): Promise<void> {
    for (const record of await this.#options.store.rollouts.allGoingOn()) {
      const { state, step, stepAt, reason } = record;
      const stored = { state, step, since: Date.parse(stepAt), reason };
      this.#goOn(record, stepRollout(record.plan, stored, { is: 'restarted' }, now));
    }
  }

  start(by: Caller, ref: FunctionRef, input: StartRollout): Promise<RolloutView> {
    return this.#options.queue.change(by, ref, async (entry) => {
      const { store, writer } = this.#options;
      const { id: functionId, activeVersion: from } = entry.record;
      const { id: to } = await findVersion(store, functionId, input.version);
      refuseStart(entry, to, await this.#current(functionId));
      const now = new Date();
      const progress = beginRollout(now.getTime());
      const record: RolloutRecord = {
        ...{ id: newRolloutId(), functionId, from: from ?? to, to, plan: planOf(input) },
        ...{ state: progress.state, step: progress.step, reason: progress.reason },
        ...{ message: input.message ?? null, author: by.actor.name },
        ...{ stepAt: now.toISOString(), createdAt: now.toISOString(), updatedAt: now.toISOString() },
      };
      await writer.begin(by, entry, record, progress);
      this.#goOn(record, progress);
      return this.#shown(record);
    });
  }

  command(by: Caller, ref: FunctionRef, id: string, command: RolloutCommand): Promise<RolloutView> {
    return this.#options.queue.change(by, ref, async (entry) => {
      const stored = await this.#options.store.rollouts.get(entry.record.id, id);
      if (!stored) throw unknownRollout(entry.record, id);
      const going = await this.#current(entry.record.id);
      if (!going || going.record.id !== stored.id || !canTake(going.progress, command))
        throw wrongState(stored, command);
      const next = this.#next(going, { is: command, by: by.actor.name });
      await this.#apply(by, entry, going, next, `rollout.${command}`);
      return this.#shown({ ...stored, ...asStored(next) });
    });
  }

  async list(by: Caller, ref: FunctionRef, page: PageRequest): Promise<Page<RolloutView>> {
    const { store, queue } = this.#options;
    const { items, cursor } = await store.rollouts.list(queue.find(by, ref).record.id, page);
    return { items: items.map((record) => this.#shown(record)), cursor };
  }

  async get(by: Caller, ref: FunctionRef, id: string): Promise<RolloutView> {
    const { store, queue } = this.#options;
    const { record } = queue.find(by, ref);
    const found = await store.rollouts.get(record.id, id);
    if (found) return this.#shown(found);
    throw unknownRollout(record, id);
  }

  /** Resolves when no step is being taken. */
  async idle(): Promise<void> {
    await Promise.allSettled([...this.#going.values()].map(({ acting }) => acting));
  }

  /** Once a second. One that still acts, or waits for its function's turn, is passed over. */
  tick(now: number): void {
    for (const going of this.#going.values()) {
      if (going.acting || now < going.avoidedUntil) continue;
      going.acting = this.#tick(going, now)
        .catch((error: unknown) => {
          going.avoidedUntil = now + retryMs;
          const why = error instanceof Error ? error.message : String(error);
          going.progress = {
            ...going.progress,
            reason: `The next step could not be taken, and is tried again: ${why}`,
          };
          this.#options.log.warn('a step of a rollout failed', { rollout: going.record.id, error: why });
        })
        .finally(() => {
          going.acting = undefined;
        });
    }
  }

  async #tick(going: Going, now: number): Promise<void> {
    const { functionId } = going.record;
    if ((await this.#current(functionId)) !== going) return;
    this.#sight.keep(going.record, going.progress, now);
    const before = going.progress;
    const next = this.#next(going, { is: 'tick', sight: this.#sight.of(going.record) }, now);
    if (next.state === before.state && next.step === before.step && next.since === before.since) {
      // Why it waits is worth no fsync.
      going.progress = next;
      return;
    }
    await this.#options.queue.changeById(functionId, async (entry) => {
      // A command may have had the function's turn before.
      if ((await this.#current(functionId)) !== going || going.progress !== before) return;
      const by = { actor: PLATFORM, requestId: going.record.id, address: null };
      const action = isOver(next.state) ? 'rollout.end' : 'rollout.promote';
      await this.#apply(by, entry, going, next, action);
    });
  }

  #next({ record, progress }: Going, event: RolloutEvent, now: number = Date.now()): RolloutProgress {
    return stepRollout(record.plan, progress, event, now);
  }

  async #apply(
    by: Caller,
    entry: CatalogEntry,
    going: Going,
    next: RolloutProgress,
    action: AuditAction,
  ): Promise<void> {
    const { writer, figures } = this.#options;
    const { record, progress } = going;
    await writer.move(by, entry, record, progress, next, action);
    going.progress = next;
    if (isOver(next.state)) this.#drop(going);
    else if (next.since !== progress.since) figures.begin(record.functionId, [record.from, record.to]);
  }

  /** Undefined when nothing goes on any more, whoever has ended it. */
  async #current(functionId: FunctionId): Promise<Going | undefined> {
    const going = this.#going.get(functionId);
    if (!going) return undefined;
    const stored = await this.#options.store.rollouts.get(functionId, going.record.id);
    if (stored && !isOver(stored.state)) return going;
    this.#drop(going);
    return undefined;
  }

  #goOn(record: RolloutRecord, progress: RolloutProgress): void {
    this.#going.set(record.functionId, { record, progress, acting: undefined, avoidedUntil: 0 });
    this.#options.figures.begin(record.functionId, [record.from, record.to]);
  }

  #drop({ record }: Going): void {
    if (this.#going.get(record.functionId)?.record.id !== record.id) return;
    this.#going.delete(record.functionId);
    this.#options.figures.end(record.functionId);
  }

  #shown(stored: RolloutRecord): RolloutView {
    const going = this.#going.get(stored.functionId);
    if (going?.record.id !== stored.id || isOver(stored.state)) return { record: stored, figures: null };
    const { now, old } = this.#sight.of(stored);
    return { record: { ...stored, ...asStored(going.progress) }, figures: { now, old } };
  }
}

const asStored = ({ state, step, since, reason }: RolloutProgress) => ({
  ...{ state, step, reason },
  stepAt: new Date(since).toISOString(),
});
