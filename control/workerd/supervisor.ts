// The supervisor starts, adopts and stops instances, and says when one ends unasked. It decides nothing about
// how many there should be; `platform/fleet.ts` does.
//
// An instance goes start -> ready, and later cordon -> drain -> stop. "start" gives a blank its config and
// waits until it listens; cordon and drain concern the fronts and are the fleet's; "stop" lets what is in
// flight finish, ends the process, and only then frees the slot.

import { rmSync } from 'node:fs';
import { AppError } from '../model/errors.ts';
import { SlotAllocator } from '../plan/slot-allocator.ts';
import { lastWords } from './blank-instance.ts';
import { Instance } from './instance.ts';
import type { InstancePool } from './instance-pool.ts';
import { ManagedProcess } from './managed-process.ts';
import type { ProcessRecord, RunDir } from './run-dir.ts';

/** From the config written to the socket listening. workerd takes about 10 ms; a full machine takes longer. */
export const startTimeoutMs = 10_000;

export interface SupervisorOptions {
  readonly pool: InstancePool;
  readonly runDir: RunDir;
  readonly slots: number;
  /** Hash of what all instances have in common; adopted ones of another build are replaced. */
  readonly build: string;
  /** A process is about to serve this version; its console lines are the function's from now on. */
  readonly onStarting: (id: string, functionId: string, version: string) => void;
  /** An instance ended without `stop`. Its slot is free again and nothing of it runs. */
  readonly onCrash: (instance: Instance, lastWords: string) => void;
  /** A process's console file will not grow any more and may be read to its end and removed. */
  readonly onGone: (id: string) => void;
}

export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #slots: SlotAllocator;
  readonly #stopping = new Set<Instance>();
  readonly instances = new Set<Instance>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#slots = new SlotAllocator(options.slots);
  }

  /**
   * Starts an instance and resolves when it listens. Rejects with FN_008 when there is no slot or it takes
   * longer than `startTimeoutMs`, and with FN_005 and its last words when it exits first; nothing is left
   * running then.
   */
  async start(functionId: string, version: string, config: Uint8Array): Promise<Instance> {
    const slot = this.#slots.take();
    if (slot === undefined) {
      throw new AppError(
        'FN_008',
        `All ${this.#options.slots} slots of this machine are in use; try again later.`,
        {
          retryAfterSeconds: 1,
        },
      );
    }
    try {
      return await this.#startAt(slot, functionId, version, config);
    } catch (error) {
      this.#slots.release(slot);
      throw error;
    } finally {
      this.#options.pool.fill();
    }
  }

  async #startAt(slot: number, functionId: string, version: string, config: Uint8Array): Promise<Instance> {
    const { pool, runDir } = this.#options;
    const blank = await pool.take();
    const record = (state: 'starting' | 'ready'): void =>
      runDir.writeRecord({
        kind: 'instance',
        id: blank.id,
        ...blank.process.identity,
        build: this.#options.build,
        instance: { function: functionId, version, slot, state },
      });
    record('starting');
    this.#options.onStarting(blank.id, functionId, version);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      blank.process.kill();
    }, startTimeoutMs);
    try {
      await blank.activate(config, runDir.slotSocket(slot));
    } catch (error) {
      runDir.removeRecord(blank.id);
      this.#options.onGone(blank.id);
      throw timedOut
        ? new AppError(
            'FN_008',
            `The function did not start within ${startTimeoutMs / 1000} seconds.`,
            {},
            error,
          )
        : new AppError('FN_005', `The function failed at start: ${startFailure(error)}`, {}, error);
    } finally {
      clearTimeout(timer);
    }
    record('ready');
    const instance = new Instance(blank.id, functionId, version, slot, blank.process);
    this.#watch(instance);
    return instance;
  }

  /** Takes over an instance that an earlier control started; undefined if it is of no use, and then it is ended. */
  adopt(record: ProcessRecord): Instance | undefined {
    const { runDir, build } = this.#options;
    const process = ManagedProcess.adopt({ pid: record.pid, startTime: record.startTime });
    if (!process || !record.instance) {
      runDir.removeRecord(record.id);
      if (record.instance) {
        const { function: functionId, version, slot } = record.instance;
        rmSync(runDir.slotSocket(slot), { force: true });
        this.#options.onStarting(record.id, functionId, version);
        this.#options.onGone(record.id);
      }
      return undefined;
    }
    const { function: functionId, version, slot, state } = record.instance;
    const instance = new Instance(record.id, functionId, version, slot, process);
    const claimed = this.#slots.claim(slot);
    this.#options.onStarting(record.id, functionId, version);
    this.#watch(instance);
    if (claimed && state === 'ready' && record.build === build) return instance;
    void this.stop(instance, startTimeoutMs);
    return undefined;
  }

  /** Ends an instance that no front sends anything to any more, giving what it still does `graceMs`. */
  async stop(instance: Instance, graceMs: number): Promise<void> {
    this.#stopping.add(instance);
    this.#options.runDir.writeRecord({
      kind: 'instance',
      id: instance.id,
      ...instance.process.identity,
      build: this.#options.build,
      instance: {
        function: instance.functionId,
        version: instance.version,
        slot: instance.slot,
        state: 'stopping',
      },
    });
    await instance.process.stop(graceMs);
  }

  get slotsTaken(): number {
    return this.#slots.taken;
  }

  #watch(instance: Instance): void {
    this.instances.add(instance);
    void instance.process.exited.then(() => {
      const { runDir, onCrash, onGone } = this.#options;
      this.instances.delete(instance);
      rmSync(runDir.slotSocket(instance.slot), { force: true });
      runDir.removeRecord(instance.id);
      this.#slots.release(instance.slot);
      if (!this.#stopping.delete(instance)) onCrash(instance, lastWords(runDir, instance.id) ?? 'nothing');
      onGone(instance.id);
    });
  }
}

/** What workerd says of a worker that throws at its top level, without workerd's own frame around it. */
function startFailure(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  const lines = words.split('\n').filter((line) => !line.startsWith('stack: ') && line.trim() !== '');
  return lines.slice(-12).join('\n');
}
