// The supervisor starts, adopts and stops instances, and says when one ends unasked. It decides nothing about
// how many there should be; `platform/fleet.ts` does.
//
// An instance goes start -> ready, and later cordon -> drain -> stop. "start" gives a blank its config and
// waits until it listens; cordon and drain concern the fronts and are the fleet's; "stop" lets what is in
// flight finish, ends the process, and only then frees the slot.

import { rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { CONSOLE_MARK } from '../../edge/contract/names.ts';
import { AppError } from '../model/errors.ts';
import { SlotAllocator } from '../plan/slot-allocator.ts';
import { memoryOverheadMb, type ResourceGroup, type Resources } from '../resources/resources.ts';
import { type BlankInstance, KilledError, lastWords } from './blank-instance.ts';
import type { EndCause } from './end-cause.ts';
import { Instance } from './instance.ts';
import type { InstancePool } from './instance-pool.ts';
import { type ExitInfo, ManagedProcess } from './managed-process.ts';
import { type RecentEnd, RecentEnds } from './recent-ends.ts';
import type { ProcessRecord, RunDir } from './run-dir.ts';
import { Turnstile } from './turnstile.ts';
import { memoryMessage, tellsOfFullHeap, whyEnded } from './why-ended.ts';

/** From the config written to the socket listening. workerd takes about 10 ms; a full machine takes longer. */
export const startTimeoutMs = 10_000;

/** How long the question why an instance ended waits for its exit; an adopted one's is noticed after up to 250 ms. */
export const endWaitMs = 500;

/** Processes and threads of an instance: the sandbox, workerd, and its threads, some of them one for each core. */
const instanceTasksMax = 64 + 4 * availableParallelism();

const bytesPerMb = 1024 * 1024;

/** Starts under way; each takes all of one processor for most of its time. */
const startsAtATimeMax = 4 * availableParallelism();

export interface SupervisorOptions {
  readonly pool: InstancePool;
  readonly resources: Resources;
  readonly runDir: RunDir;
  readonly slots: number;
  /** Hash of what all instances have in common; adopted ones of another build are replaced. */
  readonly build: string;
  /** A process is about to serve this version; its console lines are the function's from now on. */
  readonly onStarting: (id: string, functionId: string, version: string) => void;
  /** An instance ended without `stop`. Nothing of it runs any more; its slot is free soon. */
  /** Takes what is secret out of what an instance of this version wrote. */
  readonly redact: (functionId: string, version: string, text: string) => string;
  readonly onCrash: (instance: Instance, cause: EndCause, lastWords: string) => void;
  /**
   * A process's console file will not grow any more and may be read to its end and removed. Never rejects. The
   * record that says whose console it is stays until then, so that a control killed meanwhile loses no line.
   */
  readonly onGone: (id: string) => Promise<void>;
}

/** What an instance is held to. */
export interface InstanceLimits {
  /** What its function may use. */
  readonly memoryMb: number;
  /** Folder that it writes its objects to; nobody else does at the same time, which the caller sees to. */
  readonly objectsDir?: string | undefined;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #slots: SlotAllocator;
  readonly #stopping = new Set<Instance>();
  /** Until nothing is left of an instance: neither process, nor record, nor slot. */
  readonly #gone = new Map<Instance, Promise<void>>();
  readonly #leftovers = new Set<Promise<void>>();
  readonly #starting = new Map<BlankInstance, Promise<void>>();
  readonly #ends = new RecentEnds();
  readonly #turnstile = new Turnstile(startsAtATimeMax);
  /** Who has the folder of a function's objects, by function: resolves when it does not any more. */
  readonly #holders = new Map<string, Promise<void>>();
  #closed = false;
  readonly instances = new Set<Instance>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#slots = new SlotAllocator(options.slots);
  }

  /**
   * Starts an instance and resolves when it listens. Rejects with FN_008 when there is no slot, no
   * process can be spawned, or it takes longer than `startTimeoutMs`, with FN_005 and its last words when it exits first, with SYS_002 when the
   * data directory is full, and with SYS_003 once `close` was called; nothing is left running then.
   */
  async start(
    functionId: string,
    version: string,
    config: Uint8Array,
    held: InstanceLimits,
  ): Promise<Instance> {
    if (this.#closed) throw stopping();
    const release = held.objectsDir === undefined ? undefined : await this.#holdAlone(functionId);
    const slot = this.#slots.take();
    if (slot === undefined) {
      release?.();
      throw new AppError(
        'FN_008',
        `All ${this.#options.slots} slots of this machine are in use; try again later.`,
        {
          retryAfterSeconds: 1,
        },
      );
    }
    try {
      const start = (): Promise<Instance> => this.#startAt(slot, functionId, version, config, held);
      const instance = await this.#turnstile.run(start);
      if (release) void instance.process.exited.then(release);
      return instance;
    } catch (error) {
      release?.();
      this.#slots.release(slot);
      throw error;
    } finally {
      this.#options.pool.fillSoon();
    }
  }

  /** Whoever has the folder of a function's objects has it until the returned function is called. */
  #hold(functionId: string): () => void {
    const held = Promise.withResolvers<void>();
    this.#holders.set(functionId, held.promise);
    return () => {
      if (this.#holders.get(functionId) === held.promise) this.#holders.delete(functionId);
      held.resolve();
    };
  }

  /** Waits until nobody has it. @throws {AppError} FN_008 when that takes longer than `startTimeoutMs`. */
  async #holdAlone(functionId: string): Promise<() => void> {
    const late = AbortSignal.timeout(startTimeoutMs);
    const lateness = new Promise<void>((resolve) => late.addEventListener('abort', () => resolve()));
    for (let holder = this.#holders.get(functionId); holder; holder = this.#holders.get(functionId)) {
      await Promise.race([holder, lateness]);
      if (!late.aborted) continue;
      throw new AppError(
        'FN_008',
        'The function stores objects, and the instance that has them has not ended yet; try again.',
        { retryAfterSeconds: 1 },
      );
    }
    return this.#hold(functionId);
  }

  async #startAt(
    slot: number,
    functionId: string,
    version: string,
    config: Uint8Array,
    { memoryMb, objectsDir }: InstanceLimits,
  ): Promise<Instance> {
    if (this.#closed) throw stopping();
    const { pool, runDir } = this.#options;
    const blank = await pool.take(objectsDir).catch((error: unknown) => {
      throw new AppError(
        'FN_008',
        `No process could be had for the function (${error instanceof Error ? error.message : String(error)}); try again later.`,
        { retryAfterSeconds: 1 },
        error,
      );
    });
    const ended = Promise.withResolvers<void>();
    this.#starting.set(blank, ended.promise);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      blank.process.kill();
    }, startTimeoutMs);
    try {
      if (this.#closed) throw stopping();
      const objects = objectsDir !== undefined;
      const what = { function: functionId, version, slot, memoryMb, objects };
      this.#record(blank, { ...what, state: 'starting' });
      this.#options.onStarting(blank.id, functionId, version);
      limit(blank.resources, memoryMb);
      const redact = (text: string): string => this.#options.redact(functionId, version, text);
      await activate(blank, config, runDir.slotSocket(slot), memoryMb, redact);
      this.#record(blank, { ...what, state: 'ready' });
      if (this.#closed) throw stopping();
      const { id, process, resources } = blank;
      const instance = new Instance({
        ...{ id, functionId, version, slot, memoryMb, process, resources, objects },
      });
      this.#watch(instance);
      return instance;
    } catch (error) {
      await blank.end();
      rmSync(runDir.slotSocket(slot), { force: true });
      await Promise.all([this.#options.onGone(blank.id), blank.resources.remove()]);
      runDir.removeRecord(blank.id);
      if (this.#closed) throw stopping();
      throw timedOut
        ? new AppError(
            'FN_008',
            `The function did not start within ${startTimeoutMs / 1000} seconds.`,
            {},
            error,
          )
        : error;
    } finally {
      clearTimeout(timer);
      this.#starting.delete(blank);
      ended.resolve();
    }
  }

  /** Takes over an instance that an earlier control started; undefined if it is of no use, and then it is ended. */
  adopt(record: ProcessRecord): Instance | undefined {
    const { runDir, build, onStarting, resources } = this.#options;
    const process = ManagedProcess.adopt({ pid: record.pid, startTime: record.startTime });
    if (!record.instance) {
      runDir.removeRecord(record.id);
      return undefined;
    }
    const { id } = record;
    const { function: functionId, version, slot, state, memoryMb, objects } = record.instance;
    const group = resources.adopt(id);
    const claimed = this.#slots.claim(slot);
    onStarting(id, functionId, version);
    if (!process) {
      const gone = this.#clear(id, group, claimed ? slot : undefined);
      this.#leftovers.add(gone);
      void gone.then(() => this.#leftovers.delete(gone));
      return undefined;
    }
    group.attach(record.pid);
    limit(group, memoryMb);
    const parts = { id, functionId, version, slot, memoryMb, process, resources: group, objects };
    const instance = new Instance(parts);
    if (objects) void process.exited.then(this.#hold(functionId));
    this.#watch(instance);
    if (claimed && state === 'ready' && record.build === build) return instance;
    void this.stop(instance, startTimeoutMs);
    return undefined;
  }

  /**
   * Ends an instance that no front sends anything to any more, giving what it still does `graceMs`. Resolves
   * when nothing is left of it.
   */
  async stop(instance: Instance, graceMs: number): Promise<void> {
    if (this.instances.has(instance)) {
      this.#stopping.add(instance);
      const { functionId, version, slot, memoryMb, objects } = instance;
      try {
        this.#record(instance, { function: functionId, version, slot, memoryMb, objects, state: 'stopping' });
      } catch {
        // A full disk. The record only spares the next control an instance that is not needed.
      }
      await instance.process.stop(graceMs);
    }
    await this.#gone.get(instance);
  }

  /** Ends every instance and every start; resolves when nothing is left of any. No other is started then. */
  async close(graceMs: number): Promise<void> {
    this.#closed = true;
    for (const blank of this.#starting.keys()) blank.process.kill();
    await Promise.all([
      ...this.#starting.values(),
      ...[...this.instances].map((instance) => this.stop(instance, graceMs)),
    ]);
    await Promise.all([...this.#gone.values(), ...this.#leftovers]);
  }

  /**
   * Why and when the instance at a slot ended. At once when it is known; if one still seems to run there, its exit may
   * be on its way, and is waited for. Undefined when nothing ended there lately.
   */
  async endedAt(functionId: string, version: string, slot: number): Promise<RecentEnd | undefined> {
    const [here] = [...this.instances].filter((instance) => instance.slot === slot);
    if (here) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, endWaitMs);
      });
      // Ours is told before whoever waits here goes on, as it was the first to wait.
      await Promise.race([here.process.exited, late]);
      clearTimeout(timer);
    }
    return this.#ends.of(functionId, version, slot);
  }

  get slotsTaken(): number {
    return this.#slots.taken;
  }

  #watch(instance: Instance): void {
    this.instances.add(instance);
    const gone = instance.process.exited.then((exit) => {
      // First of all: a front that finds no socket loses nothing, and one that finds it with nobody behind it may.
      rmSync(this.#options.runDir.slotSocket(instance.slot), { force: true });
      this.#tellEnd(instance, exit);
      return this.#clear(instance.id, instance.resources, instance.slot);
    });
    this.#gone.set(instance, gone);
    void gone.then(() => this.#gone.delete(instance));
  }

  /** A limit that ends an instance which is being stopped is a cause too; a stop by itself is none. */
  #tellEnd(instance: Instance, exit: ExitInfo): void {
    const { condemned, functionId, version, slot, memoryMb, resources } = instance;
    const exceededMemory = resources.exceededMemory();
    const written = lastWords(this.#options.runDir, instance.id);
    const words = written && this.#options.redact(functionId, version, written);
    const cause = whyEnded({ condemned, exceededMemory, memoryMb, exit, lastWords: words });
    const stopped = this.#stopping.delete(instance);
    if (!stopped || cause.code !== 'FN_004')
      this.#ends.add(functionId, version, slot, cause, instance.lostFrom ?? Date.now());
    this.instances.delete(instance);
    if (!stopped) this.#options.onCrash(instance, cause, words ?? 'nothing');
  }

  /** Removes what an ended process has left. The slot is free only when no record names it any more. */
  async #clear(id: string, group: ResourceGroup, slot: number | undefined): Promise<void> {
    const { runDir, onGone } = this.#options;
    if (slot !== undefined) rmSync(runDir.slotSocket(slot), { force: true });
    await Promise.all([onGone(id), group.remove()]);
    runDir.removeRecord(id);
    if (slot !== undefined) this.#slots.release(slot);
  }

  #record(of: BlankInstance | Instance, instance: ProcessRecord['instance']): void {
    const { runDir, build } = this.#options;
    runDir.writeRecord({ kind: 'instance', id: of.id, ...of.process.identity, build, instance });
  }
}

const stopping = (): AppError =>
  new AppError('SYS_003', 'Selvedge is stopping; try again later.', { retryAfterSeconds: 1 });

function limit(group: ResourceGroup, memoryMb: number): void {
  group.limit({ memoryBytes: (memoryMb + memoryOverheadMb) * bytesPerMb, tasksMax: instanceTasksMax });
}

async function activate(
  blank: BlankInstance,
  config: Uint8Array,
  socketPath: string,
  memoryMb: number,
  redact: (text: string) => string,
): Promise<void> {
  try {
    await blank.activate(config, socketPath);
  } catch (thrown) {
    // Its message is what the instance wrote. Where it goes as a cause, that goes as well.
    const error =
      thrown instanceof KilledError ? thrown : new Error(redact(String((thrown as Error).message)));
    if (blank.resources.exceededMemory() || tellsOfFullHeap(String(error))) {
      const message = `The function failed at start: ${memoryMessage(memoryMb)}`;
      throw new AppError('FN_005', message, {}, error);
    }
    if (error instanceof KilledError) {
      throw new AppError(
        'FN_008',
        'The instance was killed from outside while it started, perhaps as the machine is short of memory; try again.',
        { retryAfterSeconds: 1 },
        error,
      );
    }
    throw new AppError('FN_005', `The function failed at start: ${startFailure(error)}`, {}, error);
  }
}

/** What workerd says of a worker that throws at its top level, without workerd's own frame around it. */
function startFailure(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  const lines = words
    .split('\n')
    .filter((line) => !line.startsWith('stack: ') && !line.startsWith(CONSOLE_MARK) && line.trim() !== '');
  return lines.slice(-12).join('\n');
}
